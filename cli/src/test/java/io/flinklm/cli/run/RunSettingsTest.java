package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.application.settings.ModelSettings;
import io.flinklm.engine.DeviceChoice;
import io.flinklm.job.train.StreamOptions;
import io.flinklm.json.Json;
import io.flinklm.net.Cell;
import io.flinklm.topics.RecordFormat;
import io.flinklm.topics.RecordFormat.EndOfRecord;
import io.flinklm.topics.TopicNaming;
import io.flinklm.train.Exchange;
import io.flinklm.train.Fitted;
import io.flinklm.train.Hyperparameters;
import io.flinklm.train.OnNonfinite;
import io.flinklm.train.Replication;
import io.flinklm.train.ScheduleKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunSettingsTest {
  // As builds wrote it that knew these as words, and from before machines were kept.
  private static final String BEFORE =
      """
      {
        "model" : {
          "name" : "lmmodel7", "lanes" : 64, "bptt" : 16, "hidden" : 64, "layers" : 2, "seed" : 3,
          "device" : "auto", "cell" : "scratch", "on_nonfinite" : "skip", "engine_threads" : 1
        },
        "epochs" : 2, "steps" : 98, "corpus" : null, "bootstrap" : null, "partitions" : 4,
        "produces" : true, "tokens" : 126158, "start" : { "0" : 0 }, "end" : { "0" : 7 },
        "prompts" : [ ], "finished" : false
      }
      """;

  @TempDir Path directory;

  @Test
  void aRunOfAnEarlierBuildIsReadAndItsWordsStay() throws Exception {
    OutDirectory out = new OutDirectory(directory);
    Files.writeString(directory.resolve("run.json"), BEFORE);

    RunSettings settings = out.resumable();
    out.keep(settings);

    assertThat(settings.model())
        .isEqualTo(
            new ModelSettings(
                "lmmodel7", 64, 16, 64, 2, 3, DeviceChoice.AUTO, Cell.SCRATCH, OnNonfinite.SKIP));
    assertThat(Files.readString(directory.resolve("run.json")))
        .contains("\"device\" : \"auto\"", "\"cell\" : \"scratch\"", "\"on_nonfinite\" : \"skip\"")
        .contains("\"corpus\" : null");
    assertThat(out.resumable()).isEqualTo(settings);
    assertThat(settings.topics()).isEqualTo(TopicNaming.PLAIN);
    assertThat(settings.format()).isEqualTo(RecordFormat.PLAIN);
  }

  @Test
  void thePrefixOfAnEarlierBuildIsReadAndNamesAreKept() throws Exception {
    OutDirectory out = new OutDirectory(directory);
    Path file = directory.resolve("run.json");
    Files.writeString(file, BEFORE.replace("\"epochs\"", "\"topic_prefix\" : \"a-\", \"epochs\""));
    assertThat(out.resumable().topics()).isEqualTo(TopicNaming.of("a-"));

    TopicNaming named = new TopicNaming("a-", Map.of("text", "app-logs"), "readers");
    RecordFormat format = new RecordFormat("/message", "/lane", "/ts", EndOfRecord.NEWLINE);
    String json = Json.line(named);
    Files.writeString(
        file,
        BEFORE.replace(
            "\"epochs\"",
            "\"topics\" : %s, \"format\" : %s, \"epochs\"".formatted(json, Json.line(format))));
    assertThat(out.resumable().topics()).isEqualTo(named);
    assertThat(out.resumable().format()).isEqualTo(format);
    out.keep(out.resumable());
    assertThat(out.resumable().topics()).isEqualTo(named);
  }

  @Test
  void whatWasChosenIsKept() throws Exception {
    OutDirectory out = new OutDirectory(directory);
    Files.writeString(directory.resolve("run.json"), BEFORE);
    RunSettings before = out.resumable();
    assertThat(before.validShare()).isEqualTo(0.2);
    assertThat(before.streams()).isNull();
    assertThat(before.model().shards()).isEqualTo(1);
    assertThat(before.model().replication()).isEqualTo(Replication.NONE);
    assertThat(before.model().hyperparameters()).isEqualTo(Hyperparameters.OF_FIT);
    assertThat(before.model().fitted()).isEqualTo(Fitted.ON_CHAPTER);

    Files.writeString(
        directory.resolve("run.json"),
        BEFORE.replace(
            "\"finished\" : false",
            """
            "finished" : false, "valid_share" : 0.125, "streams" : { "batch_timeout" : 1,
            "time_to_live" : 2, "out_of_orderness" : 3, "idle_after" : 4,
            "state_backend" : "rocksdb" }"""));
    RunSettings settings = out.resumable();
    Hyperparameters chosen =
        new Hyperparameters(
            0.5,
            ScheduleKind.COSINE,
            7L,
            null,
            0.25,
            0.75,
            3.0,
            4.0,
            0.1,
            null,
            null,
            null,
            null,
            null);
    Replication replication = new Replication(4, 7, Exchange.WEIGHTS_AND_MOMENTS);
    ModelSettings model = settings.model().with(chosen).withReplication(replication);
    RunSettings kept = settings.resumed(model, settings.model().machine());
    out.keep(kept);

    assertThat(out.resumable()).isEqualTo(kept);
    assertThat(kept.hasReplicas()).isTrue();
    assertThat(kept.validShare()).isEqualTo(0.125);
    assertThat(kept.streams()).isEqualTo(new StreamOptions(1, 2, 3, 4, StreamOptions.ROCKSDB));
    assertThat(Files.readString(directory.resolve("run.json")))
        .contains("\"schedule\" : \"cosine\"", "\"weight_decay\" : 0.25")
        .contains(
            """
            "replication" : {
                  "count" : 4,
                  "round" : 7,
                  "exchange" : "weights+moments"
                },
            """
                .strip());
  }

  @Test
  void aWordThatIsNoneIsOneLine() throws Exception {
    Files.writeString(directory.resolve("run.json"), BEFORE.replace("scratch", "etched"));

    assertThatThrownBy(() -> new OutDirectory(directory).resumable())
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("etched")
        .hasMessageNotContaining("\n");
  }
}
