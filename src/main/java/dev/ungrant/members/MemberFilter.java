package dev.ungrant.members;

import dev.ungrant.database.Keyset;
import dev.ungrant.rbac.Policy;
import dev.ungrant.web.Pager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which members somebody wants to see, and in what order, as the address of the page says it. What it does not know counts
 * as not said.
 *
 * @param status empty: everybody who is not deactivated
 * @param role the id of a role; empty: any
 * @param sort empty: by name
 */
record MemberFilter(String search, String status, String role, String sort) {
    static final String PATH = "/organization/members";

    /** As the page offers them. */
    static final List<String> STATUSES = List.of("active", "invited", "pending", "deactivated");

    private static final String ANY = "";
    private static final String TIME = "CAST(? AS DATETIME(6))";

    /** An order, the index that holds it, and how its key is read from a member. */
    private record Order(Keyset keyset, String index) {}

    private static final Map<String, Order> ORDERS = new LinkedHashMap<>();

    static {
        ORDERS.put(ANY, order("m.sort_name", "?", false, "by_name"));
        ORDERS.put("email", order("m.email_address", "?", false, "by_address"));
        ORDERS.put("newest", order("m.created_at", TIME, true, "listing"));
        ORDERS.put("oldest", order("m.created_at", TIME, false, "listing"));
        ORDERS.put("seen", order("m.sort_seen", TIME, true, "by_seen"));
        ORDERS.put("unseen", order("m.sort_seen", TIME, false, "by_seen"));
    }

    private static Order order(String column, String value, boolean descending, String index) {
        return new Order(new Keyset(column, value, "m.member_id", descending), index);
    }

    static MemberFilter of(Map<String, String> query) {
        String search = query.getOrDefault("q", ANY).strip();
        String role = query.getOrDefault("role", ANY);
        return new MemberFilter(
                search.length() <= 100 ? search : search.substring(0, 100),
                STATUSES.contains(query.getOrDefault("status", ANY)) ? query.get("status") : ANY,
                role.length() <= 128 && !role.equals(Policy.MEMBER_ROLE) ? role : ANY,
                ORDERS.containsKey(query.getOrDefault("sort", ANY)) ? query.getOrDefault("sort", ANY) : ANY);
    }

    /** As the page offers them, without the usual one. */
    public List<String> sorts() {
        return ORDERS.keySet().stream().filter(sort -> !sort.isEmpty()).toList();
    }

    public List<String> statuses() {
        return STATUSES;
    }

    public boolean narrows() {
        return !search.isEmpty() || !status.isEmpty() || !role.isEmpty();
    }

    /** What is asked for, field by field; what is not said is left out. */
    public Map<String, String> said() {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("q", search);
        said.put("status", status);
        said.put("role", role);
        said.put("sort", sort);
        said.values().removeIf(String::isEmpty);
        return said;
    }

    public String address() {
        return Pager.address(PATH, said());
    }

    Keyset keyset() {
        return ORDERS.get(sort).keyset();
    }

    String index() {
        return ORDERS.get(sort).index();
    }

    /** What the list is sorted by, of this member, as its cursor says it. */
    List<String> keys(Member member) {
        String key = switch (sort) {
            case "email" -> member.emailAddress();
            case "newest", "oldest" -> MemberDirectory.time(member.createdAt());
            case "seen", "unseen" ->
                MemberDirectory.time(member.lastSeenAt() == null ? MemberDirectory.NEVER : member.lastSeenAt());
            default -> member.name().isEmpty() ? member.emailAddress() : member.name();
        };
        return List.of(key, member.memberId().toString());
    }
}
