package dev.ungrant.commands;

import dev.ungrant.members.Departures;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.projects.Project;
import dev.ungrant.projects.Projects;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Forgets a deactivated member for good. The API has no such verb; the portal has. */
final class MemberCommands {
    static final String USAGE = """
              members erase    --project PROJECT_ID --organization ORGANIZATION --member MEMBER_ID   of a deactivated one
            """;

    private final ApplicationContext context;

    MemberCommands(ApplicationContext context) {
        this.context = context;
    }

    Map<String, Object> erase(Arguments arguments) {
        arguments.allow("project", "organization", "member");
        Project project = context.getBean(Projects.class).find(arguments.required("project"));
        ProjectCaller caller = new ProjectCaller(
                project.projectId(), new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), ""));
        Member member = context.getBean(Members.class)
                .find(caller, arguments.required("organization"), arguments.required("member"));
        context.getBean(Departures.class).erase(caller, member);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("member_id", member.wireId());
        answer.put("erased", true);
        return answer;
    }
}
