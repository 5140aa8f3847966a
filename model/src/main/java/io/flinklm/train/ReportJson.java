package io.flinklm.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.flinklm.json.Json;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The JSON of a {@link Report}: one object on one line, names in snake case, UTF-8. A number
 * without a value (NaN) is null. A reader skips fields that it does not know, so that an older one
 * reads what a newer one wrote.
 */
public final class ReportJson {
  private static final Set<String> KINDS =
      Set.of(Report.STEP, Report.SEGMENT, Report.END, Report.MODEL);

  private ReportJson() {}

  /** The report as UTF-8, without a line break. */
  public static byte[] toBytes(Report report) {
    return Json.bytes(report);
  }

  /** The report as text, without a line break. */
  public static String toLine(Report report) {
    return Json.line(report);
  }

  /** The report as part of other Json.TOLERANT. */
  public static JsonNode toTree(Report report) {
    return Json.TOLERANT.valueToTree(report);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are not the JSON of a report, saying what is
   *     wrong
   */
  public static Report parse(byte[] json) {
    Report report;
    try {
      report = Json.TOLERANT.readValue(json, Report.class);
    } catch (MismatchedInputException e) {
      throw new IllegalArgumentException("not a report: " + mismatch(e), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a report: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a report: " + e.getMessage(), e);
    }
    if (report == null) {
      throw new IllegalArgumentException("not a report: null");
    }
    present(report.kind(), "kind");
    present(report.model(), "model");
    present(report.split(), "split");
    present(report.tokensRefused(), "tokens_refused");
    if (!KINDS.contains(report.kind())) {
      throw new IllegalArgumentException(
          "not a report: kind \"" + report.kind() + "\" is none of step, segment, end, model");
    }
    return report;
  }

  private static String mismatch(MismatchedInputException e) {
    String field =
        e.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return field.isEmpty()
        ? "not one JSON object"
        : field + " is missing or not of type " + e.getTargetType().getSimpleName();
  }

  private static void present(Object value, String field) {
    if (value == null) {
      throw new IllegalArgumentException("not a report: " + field + " is missing");
    }
  }
}
