package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.time.LocalDate;

/** How often the tokens of a grant were used on one day (UTC). */
@MappedEntity("grant_usage")
public record DailyCalls(LocalDate day, long calls) {}
