package dev.ungrant.sessions;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The cast of the demo, each known by what stands before the @ of their address. */
@Singleton
@Requires(env = "demo")
class DemoPeople {
    private final DemoPeopleRepository repository;

    DemoPeople(DemoPeopleRepository repository) {
        this.repository = repository;
    }

    List<Person> everybody() {
        return repository.everybody();
    }

    Optional<Person> find(String persona) {
        return persona.matches("[a-z0-9.-]{1,64}") ? repository.find(persona) : Optional.empty();
    }
}
