package io.flinklm.application.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.train.Exchange;
import io.flinklm.train.Fit;
import io.flinklm.train.Replication;
import io.flinklm.train.TrainingConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ReplicaOptionsTest {
  private static final Replication KEPT = new Replication(4, 7, Exchange.WEIGHTS);

  @Test
  void thereIsOneReplicaWhereNothingIsSaid() {
    assertThat(of().replication()).isEqualTo(Replication.NONE);
    assertThat(of().trainParallelism()).isEqualTo(1);
    assertThatCode(() -> of().requireFit(1, shards())).doesNotThrowAnyException();
  }

  @Test
  void whatWasChosenIsPartOfTheTraining() {
    ReplicaOptions options = of("--replicas=4", "--round=7", "--exchange=weights");
    ModelSettings settings = options.appliedTo(ModelSettings.ofChapter(Fit.of("lmmodel7"), 0));
    TrainingConfig config = settings.withHidden(8).withShards(2, 1).trainingConfig(30, 10);

    assertThat(of("--replicas=4").replication())
        .isEqualTo(new Replication(4, 5, Exchange.WEIGHTS_AND_MOMENTS));
    assertThat(of().replication()).isEqualTo(Replication.NONE);
    assertThat(config.replication()).isEqualTo(KEPT);
    assertThat(config.rows()).isEqualTo(16);
    assertThat(config.rowsOfShard()).isEqualTo(8);
    assertThat(settings.stepCost(30).replicas()).isEqualTo(4);
    assertThat(settings.shapedAs(settings.withReplication(Replication.NONE)).replication())
        .isEqualTo(Replication.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--replicas=0 | --replicas must be 1 or more, not 0",
        "--replicas=129 | --replicas must be 128 or less, not 129",
        "--replicas=5 | --replicas is 5, and 12 rows cannot be shared out evenly among so many:"
            + " give 1, 2, 3, 4, 6 or 12, or another number of --lanes (of --batch with --streams)",
        "--replicas=2 --round=0 | --round must be 1 or more, not 0",
        "--replicas=2 --exchange=moments | --exchange is weights or weights+moments, not 'moments'",
        "--round=5 | --round and --exchange are for several replicas: leave them out, or give"
            + " --replicas 2 or more",
        "--replicas=1 --exchange=weights | --round and --exchange are for several replicas: leave"
            + " them out, or give --replicas 2 or more",
        "--replicas=2 --train-parallelism=0 | --train-parallelism must be 1 or more, not 0",
        "--replicas=2 --train-parallelism=3 | --train-parallelism 3 needs as many replicas, of which"
            + " each subtask trains one or more: --replicas 3 or more, not 2",
        "--train-parallelism=2 | --train-parallelism 2 needs as many replicas, of which each subtask"
            + " trains one or more: --replicas 2 or more, not 1",
      })
  void whatCannotBeIsRefused(String given, String message) {
    assertThatThrownBy(() -> of(given.split(" ")).requireFit(12, shards()))
        .isInstanceOf(UserMistake.class)
        .hasMessage(message);
  }

  @Test
  void oneLaneIsOfOneReplica() {
    assertThatThrownBy(() -> of("--replicas=2").requireFit(1, shards()))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("among so many: give 1, or another number of --lanes");
  }

  @Test
  void aShardHasRowsOfItsReplica() {
    assertThatCode(() -> of("--replicas=3").requireFit(12, shards("--shards=4")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> of("--replicas=3").requireFit(12, shards("--shards=5")))
        .isInstanceOf(UserMistake.class)
        .hasMessage(
            "--shards is 5, and a batch of each of the 3 replicas has 4 rows: a shard has one or"
                + " more");
    assertThatThrownBy(() -> of().requireFit(12, shards("--shards=13")))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("--shards is 13, and a batch has 12 rows");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--train-parallelism=4",
        "--replicas=4",
        "--replicas=4 --round=7 --exchange=weights --train-parallelism=2"
      })
  void aRunThatGoesOnKeepsItsReplicasAndNotItsSubtasks(String given) {
    assertThatCode(() -> of(given.split(" ")).requireNoneBut(KEPT)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--replicas=2 | a run that goes on keeps its replicas: leave out --replicas, or give 4",
        "--round=8 | a run that goes on keeps its rounds: leave out --round, or give 7",
        "--exchange=weights+moments | a run that goes on keeps its exchange: leave out --exchange,"
            + " or give weights",
        "--train-parallelism=5 | --train-parallelism is 5, and a run that goes on keeps its"
            + " replicas: give 4 or fewer",
      })
  void othersAreRefusedThen(String given, String message) {
    assertThatThrownBy(() -> of(given).requireNoneBut(KEPT))
        .isInstanceOf(UserMistake.class)
        .hasMessage(message);
  }

  private static ReplicaOptions of(String... arguments) {
    ReplicaOptions options = new ReplicaOptions();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }

  private static ShardOptions shards(String... arguments) {
    ShardOptions options = new ShardOptions();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }
}
