package dev.ungrant.logos;

import io.micronaut.data.annotation.MappedEntity;

/** @param problem why there is no picture; a short English sentence */
@MappedEntity("logos")
record LogoProblem(String problem) {}
