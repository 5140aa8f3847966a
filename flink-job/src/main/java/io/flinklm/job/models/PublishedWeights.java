package io.flinklm.job.models;

import io.flinklm.Blob.RefusedException;
import java.io.Serializable;
import java.util.zip.CRC32;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.OutputTag;

/**
 * Weights on their way from the training to whoever answers prompts. Their SHA-256, which each
 * answer names, is computed there: it would hold up the training.
 *
 * @param step after which they were taken
 * @param safetensors the parameters as a safetensors file, a tied matrix once
 * @param crc32 of the file
 * @param lineage of the training, as it is reported; null for none
 */
public record PublishedWeights(long step, byte[] safetensors, long crc32, String lineage)
    implements Serializable {
  /** The side output of the training for whoever answers prompts. */
  public static final OutputTag<PublishedWeights> TAG =
      new OutputTag<>("weights", TypeInformation.of(PublishedWeights.class));

  /** Weights that are sent off. */
  public static PublishedWeights of(long step, byte[] safetensors, String lineage) {
    return new PublishedWeights(step, safetensors, crc32(safetensors), lineage);
  }

  /**
   * Makes sure that they came as they were sent.
   *
   * @throws RefusedException if they are damaged
   */
  public void requireWhole() {
    long found = crc32(safetensors);
    if (found != crc32) {
      throw new RefusedException(
          "the weights of step %d came damaged: expected the CRC-32 %08x, found %08x"
              .formatted(step, crc32, found));
    }
  }

  private static long crc32(byte[] bytes) {
    CRC32 crc32 = new CRC32();
    crc32.update(bytes);
    return crc32.getValue();
  }
}
