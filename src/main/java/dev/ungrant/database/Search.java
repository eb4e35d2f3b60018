package dev.ungrant.database;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * One search of the contract (§4.4): {@code cursor, limit, query{operator, operands}}. The repository adds a condition
 * for each operand; {@link Searches} runs it. Values are always bound, never written into the SQL.
 */
public final class Search {
    private static final int USUAL_LIMIT = 100;
    private static final int HIGHEST_LIMIT = 1000;
    private static final int MOST_OPERANDS = 50;
    private static final int MOST_VALUES = 1000;

    private final ErrorType invalidFilter;
    private final int limit;
    private final @Nullable Cursor after;
    private final boolean any;
    private final List<Operand> operands;
    private final List<String> required = new ArrayList<>();
    private final List<String> filters = new ArrayList<>();
    private final List<Object> requiredValues = new ArrayList<>();
    private final List<Object> filterValues = new ArrayList<>();

    /**
     * @param invalidFilter what a wrong operand is answered with
     * @throws Problem when limit, cursor or query are malformed
     */
    public Search(JsonBody body, ErrorType invalidFilter) {
        this.invalidFilter = invalidFilter;
        this.limit = body.integer("limit").orElse(USUAL_LIMIT);
        if (limit < 1 || limit > HIGHEST_LIMIT) {
            throw new Problem(ErrorType.BAD_REQUEST, "limit must be between 1 and " + HIGHEST_LIMIT + ".");
        }
        this.after = body.string("cursor")
                .filter(text -> !text.isEmpty())
                .map(Cursor::parse)
                .orElse(null);
        JsonBody query = body.object("query").orElse(new JsonBody(Map.of()));
        String operator = query.string("operator").orElse("AND");
        if (!operator.equals("AND") && !operator.equals("OR")) {
            throw new Problem(invalidFilter, "operator must be AND or OR.");
        }
        this.any = operator.equals("OR");
        this.operands = query.objects("operands").orElse(List.of()).stream()
                .map(operand -> new Operand(name(operand), operand.fields().get("filter_value")))
                .toList();
        if (operands.size() > MOST_OPERANDS) {
            throw new Problem(invalidFilter, "A query has at most " + MOST_OPERANDS + " operands.");
        }
    }

    private String name(JsonBody operand) {
        return operand.string("filter_name")
                .orElseThrow(() -> new Problem(invalidFilter, "Each operand needs a filter_name."));
    }

    public List<Operand> operands() {
        return operands;
    }

    /** A condition that holds for every result, whatever the operator. */
    public Search require(String condition, Object... values) {
        required.add(condition);
        requiredValues.addAll(List.of(values));
        return this;
    }

    /** The condition of one operand. */
    public void filter(String condition, Object... values) {
        filters.add('(' + condition + ')');
        filterValues.addAll(List.of(values));
    }

    /** The condition that the expression is one of the values; never true for none of them. */
    public void filterIn(String expression, String placeholder, Collection<?> values) {
        if (values.isEmpty()) {
            filter("FALSE");
        } else {
            filter(in(expression, placeholder, values.size()), values.toArray());
        }
    }

    public static String in(String expression, String placeholder, int values) {
        return expression + " IN (" + String.join(", ", Collections.nCopies(values, placeholder)) + ')';
    }

    String conditions() {
        List<String> all = new ArrayList<>(required);
        if (!filters.isEmpty()) {
            all.add('(' + String.join(any ? " OR " : " AND ", filters) + ')');
        }
        return String.join(" AND ", all);
    }

    List<Object> values() {
        List<Object> values = new ArrayList<>(requiredValues);
        values.addAll(filterValues);
        return values;
    }

    int limit() {
        return limit;
    }

    @Nullable
    Cursor after() {
        return after;
    }

    /** One filter and its value, read as the type that the filter wants. */
    public final class Operand {
        private static final int SHORTEST_FUZZY = 3;

        private final String name;
        private final @Nullable Object value;

        private Operand(String name, @Nullable Object value) {
            this.name = name;
            this.value = value;
        }

        public String name() {
            return name;
        }

        public String string() {
            return of(String.class, "a string");
        }

        public boolean bool() {
            return of(Boolean.class, "true or false");
        }

        /** Part of a text; the contract's clients are told that it has at least three characters. */
        public String fuzzy() {
            String text = string();
            if (text.codePointCount(0, text.length()) < SHORTEST_FUZZY) {
                throw invalid("must have at least " + SHORTEST_FUZZY + " characters");
            }
            return text;
        }

        public List<String> strings() {
            List<?> list = of(List.class, "a list of strings");
            if (list.size() > MOST_VALUES || !list.stream().allMatch(String.class::isInstance)) {
                throw invalid("must be a list of at most " + MOST_VALUES + " strings");
            }
            return list.stream().map(String.class::cast).toList();
        }

        /** A list, or one string that stands for a list of one. */
        public List<String> stringOrStrings() {
            return value instanceof String text ? List.of(text) : strings();
        }

        public JsonBody object() {
            Map<?, ?> map = of(Map.class, "an object");
            Map<String, Object> fields = new java.util.LinkedHashMap<>();
            map.forEach((key, element) -> fields.put((String) key, element));
            return new JsonBody(fields);
        }

        public Problem unknown() {
            return new Problem(invalidFilter, "There is no filter " + shown() + '.');
        }

        public Problem invalid(String must) {
            return new Problem(invalidFilter, "The value of the filter " + shown() + ' ' + must + '.');
        }

        private <T> T of(Class<T> type, String wanted) {
            if (!type.isInstance(value)) {
                throw invalid("must be " + wanted);
            }
            return type.cast(value);
        }

        private String shown() {
            return name.substring(0, Math.min(name.length(), 64));
        }
    }
}
