package io.flinklm.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import io.flinklm.application.FlinkLmJob;
import io.flinklm.cli.fixture.Command;
import io.flinklm.local.kafka.TestedKafka;
import io.flinklm.text.Corpus;
import io.flinklm.topics.admin.TopicSetup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics that a training cannot use: each is named before anything begins. */
class UnfitTopicsITCase {
  @TempDir private Path directory;
  private TestedKafka broker;

  @BeforeEach
  void startBroker() {
    broker = TestedKafka.start(directory.resolve("kafka"));
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void textThatKafkaCompactsIsRefused() throws Exception {
    new TopicSetup(broker.kafka())
        .createAll(1, Map.of("cleanup.policy", "compact,delete", "retention.ms", "-1"));
    String mistake =
        "the topic text at "
            + broker.address()
            + " is compacted (cleanup.policy is compact,delete): Kafka takes records out of the"
            + " middle of it, and what is left would be trained on as if it were contiguous; set"
            + " its cleanup.policy to delete";
    for (String command : List.of("train", "run", "produce")) {
      String out = command.equals("produce") ? "--lanes=8" : "--out=" + directory.resolve("out");
      assertThat(Command.here(command, "--bootstrap=" + broker.address(), out).mistake())
          .isEqualTo(mistake);
    }
    assertThatThrownBy(
            () ->
                FlinkLmJob.main(
                    new String[] {"--bootstrap=" + broker.address(), "--out=" + directory}))
        .isInstanceOf(UserMistake.class)
        .hasMessage(mistake);
  }

  @Test
  void atAResumeTopicsThatAreMissingAreNamed() throws Exception {
    Path vocabulary = directory.resolve("vocabulary.txt");
    Files.write(vocabulary, Corpus.humanNumbers().tokenizer().toBytes());
    stopped("train", "--vocabulary=" + vocabulary, "--out=train");
    stopped("run", "--continuous", "--out=run", "--lanes=8", "--hidden=8");
    delete("metrics");
    assertMissing("metrics is");
    delete("text", "dead-letters");
    assertMissing("text, metrics, dead-letters are");
  }

  private void assertMissing(String topics) {
    for (String command : List.of("train", "run")) {
      String[] resume =
          command.equals("run")
              ? new String[] {command, "--resume", "--out=" + directory.resolve(command)}
              : new String[] {
                command,
                "--resume",
                "--out=" + directory.resolve(command),
                "--bootstrap=" + broker.address()
              };
      assertThat(Command.here(resume).mistake())
          .startsWith("Kafka at " + broker.address() + " no longer has all topics of the run: ")
          .contains(topics + " missing; ");
    }
  }

  private void stopped(String... arguments) throws Exception {
    String[] all = List.of(arguments).toArray(new String[arguments.length + 2]);
    all[arguments.length] = "--bootstrap=" + broker.address();
    all[arguments.length + 1] = "--port=0";
    try (Command command = Command.start(directory, all)) {
      command.awaitLine("Dashboard ");
      command.signal("INT");
      assertThat(command.await().code()).isZero();
    }
  }

  private void delete(String... topics) throws Exception {
    try (Admin admin = Admin.create(broker.kafka().properties(Map.of()))) {
      admin.deleteTopics(List.of(topics)).all().get();
    }
  }
}
