package dev.ungrant.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.email.BodyType;
import io.micronaut.email.Email;
import io.micronaut.email.EmailSender;
import io.micronaut.email.MultipartBody;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoMailboxTest {
    @Test
    void mailThatANodeSendsArrives() {
        try (DemoMailbox mailbox = DemoMailbox.open();
                ApplicationContext node = node(mailbox)) {
            node.getBean(EmailSender.class)
                    .send(Email.builder()
                            .to("ada@acme.example")
                            .subject("Your code – 123456")
                            .body(new MultipartBody("<p>Dear Ada</p>", "Dear Ada")));

            assertThat(mailbox.mailsTo("ADA@acme.example")).singleElement().satisfies(mail -> {
                assertThat(mail.from()).isEqualTo("demo@ungrant.example");
                assertThat(mail.subject()).isEqualTo("Your code – 123456");
                assertThat(mail.text()).isEqualToIgnoringNewLines("Dear Ada");
                assertThat(mail.html()).isEqualToIgnoringNewLines("<p>Dear Ada</p>");
            });
        }
    }

    @Test
    void oldestMailMakesRoom() {
        try (DemoMailbox mailbox = DemoMailbox.open();
                ApplicationContext node = node(mailbox)) {
            for (int i = 1; i <= DemoMailbox.KEPT + 2; i++) {
                node.getBean(EmailSender.class)
                        .send(Email.builder()
                                .to("ben@acme.example")
                                .subject("Mail " + i)
                                .body("text", BodyType.TEXT));
            }

            assertThat(mailbox.mails()).hasSize(DemoMailbox.KEPT);
            assertThat(mailbox.mails().getFirst().subject()).isEqualTo("Mail 102");
            assertThat(mailbox.mails().getLast().subject()).isEqualTo("Mail 3");
            assertThat(mailbox.find(2)).isEmpty();
        }
    }

    private static ApplicationContext node(DemoMailbox mailbox) {
        return ApplicationContext.run(Map.copyOf(mailbox.settings()), "test");
    }
}
