package dev.ungrant.outbox;

/** Does what a message of one kind asks for. It may be asked twice for the same message, so it must bear that. */
public interface Delivery {
    /** The kind it is for; several may be for the same one. */
    String kind();

    /** @throws Exception when it could not be done now; it is asked again later */
    void deliver(Message message) throws Exception;
}
