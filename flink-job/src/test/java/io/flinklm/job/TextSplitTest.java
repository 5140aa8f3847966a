package io.flinklm.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A partition in a checkpoint: written by this build and by one before it. */
class TextSplitTest {
  private static final KafkaPartitionSplit SPLIT =
      new KafkaPartitionSplit(new TopicPartition("text", 3), 77, 99);

  private final TextSplit.Serializer serializer = new TextSplit.Serializer();

  @Test
  void itIsReadAsItWasWritten() throws Exception {
    byte[] progress = {1, 2, 3};
    KafkaPartitionSplit read =
        serializer.deserialize(
            serializer.getVersion(), serializer.serialize(new TextSplit(SPLIT, progress)));

    assertThat(read).isInstanceOf(TextSplit.class);
    assertThat(((TextSplit) read).progress()).isEqualTo(progress);
    requirePlace(read);
  }

  @Test
  void aPartitionThatWasNotReadYetHasNoProgress() throws Exception {
    KafkaPartitionSplit read =
        serializer.deserialize(serializer.getVersion(), serializer.serialize(SPLIT));

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

  private static void requirePlace(KafkaPartitionSplit read) {
    assertThat(read.splitId()).isEqualTo("text-3");
    assertThat(read.getStartingOffset()).isEqualTo(77);
    assertThat(read.getStoppingOffset()).hasValue(99L);
  }
}
