package dev.ungrant.demo;

import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.Role;
import java.util.List;

/** What the demo's projects add to the built-in policy: things that apps can be let near, and the scopes for them. */
final class DemoPolicies {
    static final Policy ACME = new Policy(
            List.of(
                    new Role(
                            Policy.MEMBER_ROLE,
                            "Every member",
                            List.of(
                                    all("calendar"),
                                    all("contacts"),
                                    all("files"),
                                    all("mail"),
                                    all("notes"),
                                    all("tasks"),
                                    new Role.ResourceActions("invoices", List.of("read")))),
                    new Role(Policy.ADMIN_ROLE, "Administrator of the organization", List.of(all("invoices")))),
            List.of(
                    resource("calendar", "Calendars and their events"),
                    resource("contacts", "Address books"),
                    resource("files", "Documents and folders"),
                    resource("invoices", "Invoices of the organization"),
                    resource("mail", "Mail"),
                    resource("notes", "Notes"),
                    resource("tasks", "Tasks")),
            List.of(
                    scope("calendar:read", "See your calendar", "calendar", "read"),
                    scope("calendar:write", "Change and delete calendar events", "calendar", "write"),
                    scope("contacts:read", "Read your contacts", "contacts", "read"),
                    scope("contacts:write", "Change and delete your contacts", "contacts", "write"),
                    scope("files:read", "Read your files", "files", "read"),
                    scope("files:write", "Change and delete your files", "files", "write"),
                    scope("invoices:read", "Read invoices", "invoices", "read"),
                    scope("invoices:write", "Change and delete invoices", "invoices", "write"),
                    scope("mail:read", "Read your mail", "mail", "read"),
                    scope("mail:send", "Send mail as you", "mail", "write"),
                    scope("notes:read", "Read your notes", "notes", "read"),
                    scope("notes:write", "Change and delete your notes", "notes", "write"),
                    scope("tasks:read", "See your tasks", "tasks", "read"),
                    scope("tasks:write", "Change and delete your tasks", "tasks", "write")));

    static final Policy SHOP = new Policy(
            List.of(new Role(Policy.USER_ROLE, "Every user", List.of(all("orders"), all("files")))),
            List.of(resource("orders", "Orders of the shop"), resource("files", "Photos and documents")),
            List.of(
                    scope("orders:read", "See what you ordered", "orders", "read"),
                    scope("orders:write", "Order in your name", "orders", "write"),
                    scope("files:read", "Read your files", "files", "read")));

    private DemoPolicies() {}

    private static Role.ResourceActions all(String resource) {
        return new Role.ResourceActions(resource, List.of("*"));
    }

    private static Policy.Resource resource(String id, String description) {
        return new Policy.Resource(id, description, List.of("read", "write"));
    }

    private static Policy.Scope scope(String name, String description, String resource, String action) {
        return new Policy.Scope(name, description, List.of(new Role.ResourceActions(resource, List.of(action))));
    }
}
