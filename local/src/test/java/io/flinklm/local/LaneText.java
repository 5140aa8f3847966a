package io.flinklm.local;

import io.flinklm.application.ModelSettings;
import io.flinklm.lane.Batch;
import io.flinklm.lane.Chunk;
import io.flinklm.lane.Segment;
import io.flinklm.net.PyTorch;
import io.flinklm.producer.Corpus;
import io.flinklm.producer.KafkaAddress;
import io.flinklm.text.Tokenizer;
import io.flinklm.text.Vocabulary;
import io.flinklm.train.Fit;
import io.flinklm.train.Trainer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Text without headers in lanes that each have a partition of their own, and its training.
 *
 * @param kafka where the topic text is
 * @param lanes how many, and as many partitions
 * @param bptt tokens in a window
 */
record LaneText(KafkaAddress kafka, int lanes, int bptt) {
  private static final Vocabulary VOCABULARY = Corpus.humanNumbers().vocabulary();
  private static final List<String> WORDS = Corpus.humanNumbers().tokens();
  private static final int WORDS_IN_RECORD = 100;

  static LaneText create(KafkaAddress kafka, int lanes, int bptt) throws Exception {
    TextTopic.create(kafka, "text", lanes);
    return new LaneText(kafka, lanes, bptt);
  }

  /** The command that trains on it as it comes. */
  String[] train(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "train", "--bootstrap", kafka.bootstrap(), "--port=0", "--hidden=8", "--layers=1"));
    arguments.addAll(List.of("--lanes=" + lanes, "--bptt=" + bptt));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static String word(int lane, int place) {
    return WORDS.get((1_000 * lane + place) % WORDS.size());
  }

  /** Writes a part of a lane's text and returns when Kafka has it. */
  void write(int lane, int from, int to) throws Exception {
    try (KafkaProducer<String, String> client =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "linger.ms", 10),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (int start = from; start < to; start += WORDS_IN_RECORD) {
        StringBuilder text = new StringBuilder();
        for (int place = start; place < Math.min(start + WORDS_IN_RECORD, to); place++) {
          text.append(word(lane, place)).append(' ');
        }
        sent.add(client.send(new ProducerRecord<>("text", lane, "" + lane, text.toString())));
      }
      for (Future<RecordMetadata> record : sent) {
        record.get();
      }
    }
  }

  /** SHA-256 of the weights after so many steps on all lanes, in a plain loop. */
  String weightsAfter(int steps) {
    Fit fit = Fit.of("lmmodel7");
    ModelSettings model =
        new ModelSettings(fit.model(), lanes, bptt, 8, 1, 0, "cpu", "engine", "stop", 1);
    Map<String, Integer> ids = new HashMap<>();
    Tokenizer tokenizer = new Tokenizer(VOCABULARY);
    try (Trainer trainer =
        new Trainer(
            model.trainingConfig(VOCABULARY.size(), 0),
            VOCABULARY.fingerprint(),
            PyTorch.device("cpu"),
            report -> {},
            System::nanoTime)) {
      for (int step = 0; step < steps; step++) {
        List<Chunk> chunks = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
          int[] tokens = new int[bptt + 1];
          for (int i = 0; i < tokens.length; i++) {
            String word = word(lane, step * bptt + i);
            tokens[i] = ids.computeIfAbsent(word, w -> id(tokenizer, w));
          }
          chunks.add(new Chunk(lane, Segment.FIRST, step, step == 0, tokens));
        }
        trainer.accept(new Batch(Segment.FIRST, step, chunks));
      }
      return trainer.weights().sha256();
    }
  }

  private static int id(Tokenizer tokenizer, String word) {
    try {
      return tokenizer.ids(word)[0];
    } catch (Tokenizer.UnknownTokenException e) {
      throw new AssertionError(e);
    }
  }
}
