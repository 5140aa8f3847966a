package io.flinklm.application.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.train.Fit;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ShardOptionsTest {
  private static final ModelSettings KEPT =
      ModelSettings.ofChapter(Fit.of("lmmodel7"), 0).withShards(4, 1);

  @Test
  void aBatchIsOneShardOnOneThreadWhereNothingIsSaid() {
    assertThat(of().count()).isEqualTo(1);
    assertThat(KEPT.withShards(of().count(), of().engineThreads()).threadsHere()).isEqualTo(1);
  }

  @Test
  void shardsAreComputedByAllCoresThatAreThere() {
    int cores = Runtime.getRuntime().availableProcessors();
    ModelSettings settings = KEPT.withShards(64, of("--shards=64").engineThreads());
    assertThat(settings.threadsHere()).isEqualTo(Math.min(64, cores));
    assertThat(of("--shards=4", "--engine-threads=3").engineThreads()).isEqualTo(3);
  }

  @Test
  void aRunThatGoesOnKeepsItsShardsAndNotItsThreads() {
    assertThat(of().resumed(KEPT)).isEqualTo(KEPT);
    assertThat(of("--engine-threads=3").resumed(KEPT)).isEqualTo(KEPT.withShards(4, 3));
    assertThat(of("--shards=4", "--engine-threads=2").resumed(KEPT))
        .isEqualTo(KEPT.withShards(4, 2));
  }

  @Test
  void otherShardsOrMoreThreadsThanShardsAreRefused() {
    assertThatThrownBy(() -> of("--shards=2").resumed(KEPT))
        .isInstanceOf(UserMistake.class)
        .hasMessage("a run that goes on keeps its shards: leave out --shards, or give 4");
    assertThatThrownBy(() -> of("--engine-threads=5").resumed(KEPT))
        .isInstanceOf(UserMistake.class)
        .hasMessageEndingWith("keeps its shards: give 4 or fewer");
  }

  private static ShardOptions of(String... arguments) {
    ShardOptions options = new ShardOptions();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }
}
