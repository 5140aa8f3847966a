package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person may get wrong with {@code bench}, which the command finds where its jar is. */
class BenchMistakesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bench --hidden=0 | --hidden must be 1 or more, not 0",
        "bench --lanes=0 | --lanes must be 1 or more, not 0",
        "bench --bptt=0 | --bptt must be 1 or more, not 0",
        "bench --model=lmmodel1 --bptt=5 | --bptt of lmmodel1 is 3, not 5",
        "bench --vocabulary-size=0 | --vocabulary-size must be 1 or more, not 0",
        "bench --vocabulary-size=1000001 | --vocabulary-size must be 1000000 or less",
        "bench --repetitions=0 | --repetitions must be 1 or more, not 0",
        "bench --seconds=601 | --seconds must be 600 or less, not 601",
        "bench --checkpoint-interval=0 | --checkpoint-interval must be 1 or more, not 0",
        "bench --engine-threads=0 | --engine-threads must be 1 or more, not 0",
        "bench --lanes=4 --shards=5 | --shards is 5, and a batch has 4 rows",
        "bench shards --shards=2,1 | --shards must be 2 or more, as many as --engine-threads, not 1",
        "bench shards --shards=65 | --shards must be 64 or less, not 65",
        "bench replicas --replicas=3 | --replicas must be 2 or more and share out 64 lanes evenly, not 3",
        "bench replicas --replicas=1 | --replicas must be 2 or more and share out 64 lanes evenly, not 1",
        "bench replicas --round=0 | --round must be 1 or more, not 0",
        "bench replicas --exchange=moments | --exchange is weights or weights+moments, not 'moments'",
        "bench replicas --seconds=601 | --seconds must be 600 or less, not 601",
        "bench --pytorch-threads=0 | --pytorch-threads must be 1 or more, not 0",
        "bench --model=gpt | there is no model 'gpt'; --model is one of lmmodel",
        "bench --device=auto | --device is cpu or gpu, not 'auto'",
        "bench --device=gpu | no GPU is available to the engine; use --device cpu",
        "bench growth --lanes=64,0 | --lanes must be 1 or more, not 0",
        "bench growth --hidden=0 | --hidden must be 1 or more, not 0",
        "bench growth --tokens=9999 | --tokens must be 10000 or more, not 9999",
        "bench growth --repetitions=0 | --repetitions must be 1 or more, not 0",
        "bench everything | Unmatched argument at index 1: 'everything'; see flink-lm bench --help",
        "bench predictions --rate=0 | --rate must be 1 or more, not 0",
        "bench predictions --rate=1001 | --rate must be 1000 or less, not 1001",
        "bench predictions --seconds=601 | --seconds must be 600 or less, not 601",
        "bench predictions --tokens=1001 | --tokens must be 1000 or less, not 1001",
        "bench predictions --repetitions=0 | --repetitions must be 1 or more, not 0",
        "bench predictions --hidden=wide | '--hidden': 'wide' is not an int",
        "bench continuations --prompts=0 | --prompts must be 1 or more, not 0",
        "bench continuations --prompts=1911 | --prompts must be 1910 or less, not 1911",
        "bench continuations --epochs=0 | --epochs must be 1 or more, not 0",
        "bench continuations --model=gpt | there is no model 'gpt'; --model is one of lmmodel",
        "bench continuations --from=nowhere | there is no model in nowhere: expected",
        "bench continuations --from=out --seeds=1 | are mutually exclusive",
      })
  void areSaidInOneLine(String command, String message) {
    assertThat(Command.here(command.split(" ", -1)).mistake()).contains(message);
  }
}
