package dev.ungrant.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;

/**
 * Lets a property go on for a time, not for a number of tries: a few seconds, or {@code -Dfuzz.minutes}, after which it says how
 * many tries there were.
 */
final class UntilTime implements AroundTryHook {
    private static final Duration SHORT = Duration.ofSeconds(4);
    private static final Map<String, Instant> ENDS = new ConcurrentHashMap<>();
    private static final Map<String, Integer> TRIES = new ConcurrentHashMap<>();

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor tried, List<Object> parameters) {
        Instant end =
                ENDS.computeIfAbsent(context.label(), label -> Instant.now().plus(time()));
        TryExecutionResult result = tried.execute(parameters);
        int tries = TRIES.merge(context.label(), 1, Integer::sum);
        if (!result.isSatisfied() || Instant.now().isBefore(end)) {
            return result;
        }
        System.out.println(context.label() + ": " + tries + " tries");
        return TryExecutionResult.satisfied(true);
    }

    /** To the properties of the class that it is added to. */
    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    private static Duration time() {
        Integer minutes = Integer.getInteger("fuzz.minutes");
        return minutes == null ? SHORT : Duration.ofMinutes(minutes);
    }
}
