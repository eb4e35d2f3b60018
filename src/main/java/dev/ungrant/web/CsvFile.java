package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Lines of a file of comma-separated values (RFC 4180), in UTF-8. Names that others chose stand in it, and a spreadsheet takes
 * a cell that begins like a formula for one: such a cell gets an apostrophe in front, which spreadsheets do not show.
 */
public final class CsvFile {
    /** By it a spreadsheet knows that the file is UTF-8. */
    private static final String MARK = "\uFEFF";

    private static final String BEGINNINGS_OF_FORMULAS = "=+-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20";

    private CsvFile() {}

    /** The first line, with the mark in front that begins the file. */
    public static byte[] heading(List<String> columns) {
        return (MARK + new String(lines(List.of(columns)), StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /** @param rows cells by row; a null cell is an empty one */
    public static byte[] lines(List<? extends List<?>> rows) {
        StringBuilder text = new StringBuilder(rows.size() * 256);
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            for (List<?> row : rows) {
                printer.printRecord(row.stream().map(CsvFile::harmless));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Object harmless(@Nullable Object cell) {
        return cell instanceof String text && !text.isEmpty() && BEGINNINGS_OF_FORMULAS.indexOf(text.charAt(0)) >= 0
                ? "'" + text
                : cell;
    }
}
