package io.flinklm.train;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.Map;

/**
 * What a report says of bytes of text, which are the same whatever the tokenizer.
 *
 * @param bitsPerByte of the batch or segment whose loss is reported
 * @param trainBitsPerByte averaged as the training loss is
 * @param prequentialBitsPerByte averaged as the prequential loss is
 * @param bytesTrained bytes trained on since step 1
 * @param bytesScored bytes scored only, since step 1
 * @param bytesRefused bytes refused, by reason
 * @param codeLength of all text so far; null unless all of it is evaluated first
 */
public record ByteNumbers(
    double bitsPerByte,
    double trainBitsPerByte,
    double prequentialBitsPerByte,
    @JsonSetter(nulls = Nulls.AS_EMPTY) long bytesTrained,
    @JsonSetter(nulls = Nulls.AS_EMPTY) long bytesScored,
    @JsonFormat(with = JsonFormat.Feature.WRITE_SORTED_MAP_ENTRIES) Map<String, Long> bytesRefused,
    @JsonInclude(JsonInclude.Include.NON_NULL) CodeLength codeLength) {
  /** Where nobody has counted bytes. */
  public static final ByteNumbers NONE =
      new ByteNumbers(Double.NaN, Double.NaN, Double.NaN, 0, 0, Map.of(), null);

  /** Whether a report had none of them, and so none of those that it must have. */
  boolean areMissing() {
    return bytesRefused == null;
  }
}
