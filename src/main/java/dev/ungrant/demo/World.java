package dev.ungrant.demo;

import java.util.Optional;

/** Brings the cast on stage, with the verbs that everybody uses. */
public interface World {
    /**
     * Safe to repeat: whoever is there already stays, and what the earlier cast holds keeps working where it still can.
     *
     * @param baseUrl where the node will be reached, without a slash at the end
     * @param earlier what the last run on the same data returned
     */
    Cast seed(String baseUrl, Optional<Cast> earlier);
}
