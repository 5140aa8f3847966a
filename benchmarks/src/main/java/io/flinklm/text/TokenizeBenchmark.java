package io.flinklm.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Text as it comes from Kafka to token ids: a record of 64 tokens. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenizeBenchmark {
  private static final int TOKENS = 64;

  private final Corpus corpus = Corpus.humanNumbers();
  private final Tokenizer tokenizer = corpus.tokenizer();
  private final byte[] record = corpus.text(30_000, 30_000 + TOKENS).getBytes(UTF_8);

  /** One record. */
  @Benchmark
  public int[] record() throws UnreadableTextException, UnknownTokenException {
    return tokenizer.ids(record);
  }
}
