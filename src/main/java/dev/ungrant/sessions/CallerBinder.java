package dev.ungrant.sessions;

import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.RequestLog;
import dev.ungrant.web.WireId;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Hands a door the caller that {@link Gate} found. */
@Singleton
final class CallerBinder implements TypedRequestArgumentBinder<Caller> {
    private static final String ATTRIBUTE = "ungrant.caller";

    static void bind(HttpRequest<?> request, Caller caller) {
        request.setAttribute(ATTRIBUTE, caller);
        RequestLog.actor(
                request,
                switch (caller) {
                    case ProjectCaller project -> WireId.of("project", project.projectId());
                    case SessionCaller session ->
                        WireId.of(
                                session.subject().isMember() ? "member" : "user",
                                session.subject().id());
                });
    }

    static boolean isBound(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Caller.class).isPresent();
    }

    @Override
    public Argument<Caller> argumentType() {
        return Argument.of(Caller.class);
    }

    @Override
    public BindingResult<Caller> bind(ArgumentConversionContext<Caller> context, HttpRequest<?> request) {
        Optional<Caller> caller = request.getAttribute(ATTRIBUTE, Caller.class);
        return () -> caller;
    }

    /** The same for pages, whose caller is always a session. */
    @Singleton
    static final class OfSession implements TypedRequestArgumentBinder<SessionCaller> {
        @Override
        public Argument<SessionCaller> argumentType() {
            return Argument.of(SessionCaller.class);
        }

        @Override
        public BindingResult<SessionCaller> bind(
                ArgumentConversionContext<SessionCaller> context, HttpRequest<?> request) {
            Optional<SessionCaller> caller = request.getAttribute(ATTRIBUTE, SessionCaller.class);
            return () -> caller;
        }
    }
}
