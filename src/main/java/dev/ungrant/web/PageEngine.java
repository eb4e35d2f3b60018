package dev.ungrant.web;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.views.thymeleaf.ThymeleafFactory;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.stream.Stream;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.messageresolver.AbstractMessageResolver;
import org.thymeleaf.templateresolver.ITemplateResolver;

/** Thymeleaf with our words and our asset addresses. */
@Factory
final class PageEngine {
    @Singleton
    @Replaces(value = TemplateEngine.class, factory = ThymeleafFactory.class)
    TemplateEngine templateEngine(ITemplateResolver resolver, Assets assets, Words words) {
        TemplateEngine engine = new TemplateEngine();
        engine.setTemplateResolver(resolver);
        engine.setMessageResolver(new Messages(words));
        engine.setLinkBuilder(new Links(assets));
        return engine;
    }

    private static final class Links extends StandardLinkBuilder {
        private final Assets assets;

        private Links(Assets assets) {
            this.assets = assets;
        }

        @Override
        protected String computeContextPath(IExpressionContext context, String base, Map<String, Object> parameters) {
            return "";
        }

        private static boolean isOfApps(String link) {
            return link.equals("/")
                    || link.startsWith("/?")
                    || link.startsWith("/apps/")
                    || link.startsWith("/removed/");
        }

        @Override
        protected String processLink(IExpressionContext context, String link) {
            boolean ofAPage = link.startsWith("/") && !link.startsWith("/static/");
            if (ofAPage && context.getVariable("frame") != null) {
                // A page that is shown in a frame leads to pages that are.
                return Frame.link(link);
            }
            // Pages about a member's apps lead to pages about the same member's.
            return context.getVariable("appsOf") instanceof String base && isOfApps(link)
                    ? base
                            + (link.startsWith("/apps/") || link.startsWith("/removed/")
                                    ? link
                                    : "/apps" + link.substring(1))
                    : assets.address(link);
        }
    }

    private static final class Messages extends AbstractMessageResolver {
        private final Words words;

        private Messages(Words words) {
            this.words = words;
        }

        /** A list among the values is said as a series of names. */
        @Override
        public String resolveMessage(ITemplateContext context, Class<?> origin, String key, Object[] parameters) {
            Locale locale = context.getLocale();
            Object[] said = Stream.of(parameters == null ? new Object[0] : parameters)
                    .map(value -> value instanceof Collection<?> names ? Series.names(words, locale, names) : value)
                    .toArray();
            return words.say(locale, key, said);
        }

        @Override
        public String createAbsentMessageRepresentation(
                ITemplateContext context, Class<?> origin, String key, Object[] parameters) {
            throw new MissingResourceException("No words for " + key, "messages", key);
        }
    }
}
