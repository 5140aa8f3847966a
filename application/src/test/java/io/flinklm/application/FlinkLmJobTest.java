package io.flinklm.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkLmJobTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--out /data | --bootstrap",
        "--bootstrap kafka:9092 | --out",
        "--bootstrap kafka:9092 --out /data --modell gru | --modell",
        "--bootstrap kafka:9092 --out /data --model lstm | lstm",
        "--bootstrap kafka:9092 --out /data --lanes 0 | --lanes must be 1 or more, not 0",
        "--bootstrap kafka:9092 --out /data --streams --lanes 8 | --streams has no lanes: leave out"
            + " --lanes; --batch says the rows",
        "--bootstrap kafka:9092 --out /data --stream-ttl 1h | --batch, --batch-timeout,"
            + " --stream-ttl, --out-of-orderness, --idle-after and --state-backend are for streams:"
            + " give --streams too",
        "--bootstrap kafka:9092 --out /data --time-field /ts | --time-field is for streams",
        "--bootstrap kafka:9092 --out /data --tokenizer bytes --streams --time-field ts |"
            + " --time-field ts is no JSON Pointer",
        "--bootstrap kafka:9092 --out /data --streams --end-of-record newline | a record of a stream"
            + " ends with a line feed, which is text: leave out --end-of-record",
        "--bootstrap kafka:9092 --out /data --device tpu | --device is auto, cpu or gpu",
        "--bootstrap kafka:9092 --out /data --engine-threads 0 | --engine-threads must be 1 or more",
        "--bootstrap kafka:9092 --out /data --streams --batch 3 --shards 4 | --shards is 4, and a"
            + " batch has 3 rows",
        "--bootstrap kafka:9092 --out /data --replicas 3 | --replicas is 3, and 64 rows cannot be"
            + " shared out evenly",
        "--bootstrap kafka:9092 --out /data --streams --batch 5 --replicas 2 | 5 rows cannot be"
            + " shared out evenly",
        "--bootstrap kafka:9092 --out /data --schedule cosine | a stream without end has none",
        "--bootstrap kafka:9092 --out /data --schedule one-cycle | --schedule constant is for it",
        "--bootstrap kafka:9092 --out /data --dropout 1 | --dropout must be 0 or more and less than 1",
        "--bootstrap kafka:9092 --out /data --text-field message | --text-field message is no JSON",
        "--bootstrap kafka:9092 --out /data --end-of-record tab | newline or none, not 'tab'",
        "--bootstrap kafka:9092 --out /data --session-ttl soon | 'soon' is not a time",
      })
  void mistakesAreSaid(String arguments, String said) {
    assertThatThrownBy(() -> FlinkLmJob.read(arguments.split(" ")))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining(said);
  }

  @Test
  void aModelThatNoCheckpointHoldsIsRefusedBeforeKafkaIsWaitedFor() {
    assertThatThrownBy(
            () ->
                FlinkLmJob.main(
                    new String[] {
                      "--bootstrap=127.0.0.1:9",
                      "--out=" + directory,
                      "--tokenizer=numbers",
                      "--hidden=8192"
                    }))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("a checkpoint holds at most 178,869,589 parameters");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--model lmmodel7 | words",
        "--tokenizer words | words",
        "--vocabulary-size 9 | words",
        "--tokenizer characters | characters",
      })
  void withoutAVocabularyATokenizerThatNeedsOneIsRefused(String given, String tokens) {
    assertThatThrownBy(
            () -> FlinkLmJob.read(("--bootstrap kafka:9092 --out /data " + given).split(" ")))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("nothing says which " + tokens + " there are, and a job")
        .hasMessageContainingAll("--vocabulary", "--tokenizer bytes, numbers or")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aDeviceThatIsNotHereMayBeWhereTheTrainingRuns() {
    assertThatCode(
            () ->
                FlinkLmJob.read(
                    "--bootstrap kafka:9092 --out /data --tokenizer numbers --device gpu"
                        .split(" ")))
        .doesNotThrowAnyException();
  }

  @Test
  void thereIsNoCheckpointToGoOnFromAtTheFirstStart() throws Exception {
    assertThat(FlinkLmJob.newestCheckpoint(configuration())).isEmpty();
  }

  @Test
  void aJobGoesOnFromTheNewestCompleteCheckpointOfAny() throws Exception {
    complete("job-1/chk-7", 1_000);
    complete("job-2/chk-3", 3_000);
    complete("job-2/chk-2", 2_000);
    Files.createDirectories(directory.resolve("job-2/chk-4"));
    Files.createDirectories(directory.resolve("job-2/shared"));

    assertThat(FlinkLmJob.newestCheckpoint(configuration()))
        .hasValueSatisfying(newest -> assertThat(newest.getPath()).endsWith("job-2/chk-3"));
  }

  @Test
  void itIsNotGuessedWhichOfTwoStartsIsMeant() {
    Configuration both =
        configuration().set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///savepoints/one");

    assertThatThrownBy(() -> FlinkLmJob.newestCheckpoint(both))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("file:///savepoints/one")
        .hasMessageContaining("--go-on");
  }

  @Test
  void goingOnNeedsADirectoryOfCheckpoints() {
    assertThatThrownBy(() -> FlinkLmJob.newestCheckpoint(new Configuration()))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("execution.checkpointing.dir");
  }

  private Configuration configuration() {
    return new Configuration()
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.toUri().toString());
  }

  private void complete(String checkpoint, long time) throws Exception {
    Path metadata = directory.resolve(checkpoint).resolve("_metadata");
    Files.createDirectories(metadata.getParent());
    Files.createFile(metadata);
    assertThat(metadata.toFile().setLastModified(time)).isTrue();
  }
}
