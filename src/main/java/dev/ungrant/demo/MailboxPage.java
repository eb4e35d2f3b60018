package dev.ungrant.demo;

import dev.ungrant.web.Moments;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Words;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Shows what the demo's mailbox has received, as plain text. */
@Controller("/demo/mailbox")
@Requires(env = Demo.ENVIRONMENT)
@Requires(beans = DemoMailbox.class)
@Produces(MediaType.TEXT_HTML)
final class MailboxPage {
    private final DemoMailbox mailbox;
    private final Pages pages;
    private final Words words;

    MailboxPage(DemoMailbox mailbox, Pages pages, Words words) {
        this.mailbox = mailbox;
        this.pages = pages;
        this.words = words;
    }

    record Row(String subject, String to, String text, Moments.Moment received) {}

    @Open
    @Get
    HttpResponse<?> list(HttpRequest<?> request) {
        Moments moments = new Moments(words, words.locale(request), Instant.now());
        List<Row> rows = mailbox.mails().stream()
                .map(mail -> new Row(mail.subject(), mail.to(), mail.text(), moments.of(mail.receivedAt())))
                .toList();
        return pages.page(request, "demo/mailbox", Map.of("mails", rows));
    }
}
