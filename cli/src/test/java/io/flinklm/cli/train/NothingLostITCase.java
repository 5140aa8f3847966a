package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinklm.cli.fixture.Command;
import io.flinklm.lane.Lanes;
import io.flinklm.lane.Refusal.Reason;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.producer.Interleaving;
import io.flinklm.producer.LanePlan;
import io.flinklm.producer.TextTopic;
import io.flinklm.text.Corpus;
import io.flinklm.text.Words;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two million tokens through Kafka and the job, with more than a thousand faults: each token is
 * trained on, scored or refused with its reason, once, and so is each byte; what was refused is in
 * dead letters byte for byte. {@code -Dflinklm.tokens} sends more; docs/decisions/0002 has what ten
 * million gave.
 */
class NothingLostITCase {
  private static final long TOKENS = Long.getLong("flinklm.tokens", 2_000_000);
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LANES = 64;
  // Windows border on no record, and leave a tail in each segment.
  private static final int BPTT = 15;
  private static final long PATIENCE_SECONDS = 3_600;

  @TempDir private Path directory;
  private final Accounts accounts = new Accounts(BPTT);
  private final RefusedRecords refused = new RefusedRecords();

  @Test
  void everyTokenIsAccountedForOnce() throws Exception {
    Corpus corpus = Corpus.humanNumbers();
    Lanes lanes = Lanes.of(corpus.size(), LANES, BPTT + 1);
    int epochs = Math.toIntExact(TOKENS / lanes.tokensPerEpoch() + 1);
    LanePlan plan = LanePlan.of(corpus, lanes, epochs).withInterleaving(Interleaving.shuffled(1));
    Path vocabulary = directory.resolve("vocabulary.txt");
    Files.write(vocabulary, corpus.tokenizer().toBytes());
    try (TestedKafka broker = TestedKafka.start(directory.resolve("kafka"))) {
      TextTopic.create(broker.kafka(), "text", 4);
      TextTopic letters = TextTopic.create(broker.kafka(), "dead-letters", 1);
      send(plan, broker);

      ObjectNode results = train(broker, vocabulary);

      requireTokens(results);
      refused.requireAsLetters(letters.received().get(0));
      assertThat(refused.reasons()).as("kinds of faults").hasSize(6);
    }
  }

  private void send(LanePlan plan, TestedKafka broker) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.address(), "compression.type", "lz4", "linger.ms", 10);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<FaultyLane> lanes =
          IntStream.range(0, LANES)
              .mapToObj(
                  lane ->
                      new FaultyLane(
                          lane, accounts, (record, reason) -> send(record, reason, producer)))
              .toList();
      plan.forEach(record -> lanes.get(record.lane()).take(record));
      lanes.forEach(FaultyLane::end);
    }
  }

  private void send(
      ProducerRecord<byte[], byte[]> record,
      Reason reason,
      KafkaProducer<byte[], byte[]> producer) {
    int tokens = record.value() == null ? 0 : Words.count(record.value());
    int bytes = record.value() == null ? 0 : record.value().length;
    accounts.sent(tokens, bytes);
    Future<RecordMetadata> place = producer.send(record);
    if (reason != null) {
      accounts.refused(reason, tokens, bytes);
      refused.add(record, reason, place);
    }
  }

  private ObjectNode train(TestedKafka broker, Path vocabulary) throws Exception {
    try (Command train =
        Command.start(
            directory,
            "train",
            "--bounded",
            "--json",
            "--hidden=8",
            "--lanes=" + LANES,
            "--bptt=" + BPTT,
            "--port=0",
            "--bootstrap=" + broker.address(),
            "--vocabulary=" + vocabulary)) {
      return train.await(PATIENCE_SECONDS).results();
    }
  }

  private void requireTokens(ObjectNode results) throws Exception {
    assertThat(accounts.produced()).isGreaterThan(TOKENS);
    assertThat(results.get("tokens_produced").asLong()).isEqualTo(accounts.produced());
    assertThat(results.get("tokens_trained").asLong()).isEqualTo(accounts.trained());
    assertThat(results.get("tokens_scored").asLong()).isEqualTo(accounts.scored());
    assertThat(results.get("refused"))
        .isEqualTo(JSON.readTree(JSON.writeValueAsBytes(accounts.refused())));
    assertThat(results.get("tokens_waiting").asLong()).isZero();
    assertThat(results.get("bytes_produced").asLong()).isEqualTo(accounts.bytesProduced());
    assertThat(results.get("bytes_trained").asLong()).isEqualTo(accounts.bytesTrained());
    assertThat(results.get("bytes_scored").asLong()).isEqualTo(accounts.bytesScored());
    assertThat(results.get("refused_bytes"))
        .isEqualTo(JSON.readTree(JSON.writeValueAsBytes(accounts.refusedBytes())));
    assertThat(results.get("bytes_waiting").asLong()).isZero();
    assertThat(accounts.refusedBytes()).as("white space alone").containsKey("no_token");
    assertThat(results.get("steps").asLong()).isEqualTo(accounts.steps());
    long all = accounts.refused().values().stream().mapToLong(Long::longValue).sum();
    assertThat(accounts.trained() + accounts.scored() + all).isEqualTo(accounts.produced());
    long allBytes = accounts.refusedBytes().values().stream().mapToLong(Long::longValue).sum();
    assertThat(accounts.bytesTrained() + accounts.bytesScored() + allBytes)
        .isEqualTo(accounts.bytesProduced());
  }
}
