package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.json.Json;
import io.flinklm.net.MachineKind;
import io.flinklm.train.Report.RunEnd;
import io.flinklm.train.Report.SegmentEnd;
import io.flinklm.train.Report.Standing;
import io.flinklm.train.Report.Step;
import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The JSON of a {@link Report}: one object on one line, names in snake case, UTF-8. A number
 * without a value (NaN) is null. A reader skips fields that it does not know, so that an older one
 * reads what a newer one wrote.
 */
public final class ReportJson {
  private static final String STEP = "step";
  private static final String SEGMENT_END = "segment";
  private static final String RUN_END = "end";
  private static final String STANDING = "model";

  // Every line begins with its kind.
  private static final String STEP_LINE = "\"kind\":\"" + STEP + "\"";

  private ReportJson() {}

  /** A report as its JSON has it: what its kind lacks is null, and left out. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Fields(
      String kind,
      @JsonUnwrapped TrainingNumbers numbers,
      String weightsSha256,
      String hiddenStatesSha256,
      MachineKind machine,
      String lineage) {

    static Fields of(Report report) {
      if (report instanceof RunEnd end) {
        return new Fields(
            RUN_END,
            end.numbers(),
            end.weightsSha256(),
            end.hiddenStatesSha256(),
            end.machine(),
            end.lineage());
      }
      if (report instanceof Standing standing) {
        return new Fields(
            STANDING,
            standing.numbers(),
            standing.weightsSha256(),
            null,
            standing.machine(),
            standing.lineage());
      }
      String kind = report instanceof Step ? STEP : SEGMENT_END;
      return new Fields(kind, report.numbers(), null, null, null, report.lineage());
    }

    Report toReport() {
      return switch (kind) {
        case STEP -> new Step(numbers, lineage);
        case SEGMENT_END -> new SegmentEnd(numbers, lineage);
        case RUN_END -> new RunEnd(numbers, lineage, weightsSha256, hiddenStatesSha256, machine);
        case STANDING -> new Standing(numbers, lineage, weightsSha256, machine);
        default ->
            throw new IllegalArgumentException(
                "not a report: kind \"" + kind + "\" is none of step, segment, end, model");
      };
    }
  }

  /** The report as UTF-8, without a line break. */
  public static byte[] toBytes(Report report) {
    return Json.bytes(Fields.of(report));
  }

  /** The report as text, without a line break. */
  public static String toLine(Report report) {
    return Json.line(Fields.of(report));
  }

  /** The report as part of other JSON. */
  public static ObjectNode toTree(Report report) {
    return Json.TOLERANT.valueToTree(Fields.of(report));
  }

  /** Whether a line that {@link #toLine} gave is that of a step, without reading it. */
  public static boolean isStep(String line) {
    return line.contains(STEP_LINE);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws IllegalArgumentException if the bytes are not the JSON of a report, saying what is
   *     wrong
   */
  public static Report parse(byte[] json) {
    Fields fields;
    try {
      fields = Json.TOLERANT.readValue(json, Fields.class);
    } catch (MismatchedInputException e) {
      throw new IllegalArgumentException("not a report: " + mismatch(e), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a report: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a report: " + e.getMessage(), e);
    }
    if (fields == null) {
      throw new IllegalArgumentException("not a report: null");
    }
    present(fields.kind(), "kind");
    present(fields.numbers().model(), "model");
    present(fields.numbers().split(), "split");
    present(fields.numbers().tokensRefused(), "tokens_refused");
    return fields.toReport();
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
