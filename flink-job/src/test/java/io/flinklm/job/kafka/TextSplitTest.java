package io.flinklm.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.job.state.KeptBlob;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A partition in a checkpoint: written by this build and by those before it. */
class TextSplitTest {
  private static final KafkaPartitionSplit SPLIT =
      new KafkaPartitionSplit(new TopicPartition("text", 3), 77, 99);
  private static final byte[] PROGRESS = {1, 2, 3};
  private static final TextOrigin ORIGIN =
      new TextOrigin("a cluster", "a topic", "--text-field /a");

  // The connector's version, behind that of what is ours.
  private static final int WITH_PROGRESS = 1_000;
  private static final int WITH_ORIGIN = 2_000;

  private final TextSplit.Serializer serializer = new TextSplit.Serializer();

  @Test
  void itIsReadAsItWasWritten() throws Exception {
    KafkaPartitionSplit read = written(new TextSplit(SPLIT, PROGRESS, ORIGIN));

    assertThat(((TextSplit) read).progress()).hasValue(PROGRESS);
    assertThat(((TextSplit) read).origin()).contains(ORIGIN);
    requirePlace(read);
  }

  @Test
  void eachOfProgressAndOriginMayBeMissing() throws Exception {
    TextSplit read = (TextSplit) written(new TextSplit(SPLIT, null, ORIGIN));
    assertThat(read.progress()).isEmpty();
    assertThat(read.origin()).contains(ORIGIN);
    read = (TextSplit) written(new TextSplit(SPLIT, PROGRESS, null));
    assertThat(read.progress()).hasValue(PROGRESS);
    assertThat(read.origin()).isEmpty();
  }

  @Test
  void aPartitionThatWasNotReadYetHasNoProgress() throws Exception {
    KafkaPartitionSplit read = written(SPLIT);

    assertThat(read).isNotInstanceOf(TextSplit.class);
    requirePlace(read);
  }

  @Test
  void whatTheConnectorWroteForAnOlderBuildIsRead() throws Exception {
    byte[] older = KeptBlob.of("kafka-split-0.bytes").bytes();
    KafkaPartitionSplit read = serializer.deserialize(0, older);

    assertThat(read).isNotInstanceOf(TextSplit.class);
    requirePlace(read);
  }

  @Test
  void whatABuildWroteThatKeptNoOriginIsRead() throws Exception {
    byte[] older = KeptBlob.of("text-split-1000.bytes").bytes();
    TextSplit read = (TextSplit) serializer.deserialize(WITH_PROGRESS, older);

    assertThat(read.progress()).hasValue(PROGRESS);
    assertThat(read.origin()).isEmpty();
    requirePlace(read);
  }

  @Test
  void ofWhatABuildWroteThatKeptNoFormatItIsNotKnown() throws Exception {
    byte[] older = KeptBlob.of("text-split-2000.bytes").bytes();
    TextSplit read = (TextSplit) serializer.deserialize(WITH_ORIGIN, older);

    assertThat(read.progress()).hasValue(PROGRESS);
    assertThat(read.origin()).contains(new TextOrigin("a cluster", "a topic", TextOrigin.UNKNOWN));
    requirePlace(read);
  }

  @Test
  void aChangedFormatHasANewVersion() throws Exception {
    byte[] today = serializer.serialize(new TextSplit(SPLIT, PROGRESS, ORIGIN));
    Path file = Files.write(Path.of("target", "text-split-3000.bytes"), today);

    assertThat(serializer.getVersion()).isEqualTo(3_000);
    assertThat(today)
        .as("give the format a new version and keep %s in the test resources", file)
        .isEqualTo(KeptBlob.of("text-split-3000.bytes").bytes());
  }

  private KafkaPartitionSplit written(KafkaPartitionSplit split) throws Exception {
    return serializer.deserialize(serializer.getVersion(), serializer.serialize(split));
  }

  private static void requirePlace(KafkaPartitionSplit read) {
    assertThat(read.splitId()).isEqualTo("text-3");
    assertThat(read.getStartingOffset()).isEqualTo(77);
    assertThat(read.getStoppingOffset()).hasValue(99L);
  }
}
