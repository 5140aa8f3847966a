package io.flinklm.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.cli.fixture.Command;
import io.flinklm.cli.fixture.Command.Ended;
import io.flinklm.local.kafka.TestedKafka;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README one after the other in one directory, as a person tries them: none of them
 * says where its results go, and none is in the way of the next.
 */
class OneDirectoryITCase {
  @TempDir private Path directory;

  @Test
  void theCommandsOfReadmeWorkInARow() throws Exception {
    try (TestedKafka kafka = TestedKafka.start(directory.resolve("elsewhere"))) {
      String where = "--bootstrap=" + kafka.address();
      broker();
      done("run", "--epochs=1", "--hidden=8", "--port=0");
      done("chaos", "--kills=1", "--broker-kills=0", "--epochs=1");
      done("produce", where, "--lanes=8", "--epochs=1");
      done("train", where, "--lanes=8", "--hidden=8", "--bounded", "--port=0");
      broker();
      done("run", "--plain-loop", "--epochs=1", "--hidden=8");
      broker();
    }
  }

  private void done(String... command) throws Exception {
    Ended ended = Command.run(directory, command);
    assertThat(ended.code()).as("%s: %s", String.join(" ", command), ended.err()).isZero();
    assertThat(ended.err()).isEmpty();
  }

  private void broker() throws Exception {
    try (Command broker = Command.start(directory, "broker", "--port=0")) {
      broker.awaitLine("Kafka ");
      broker.signal("INT");
      assertThat(broker.await().code()).isZero();
    }
  }
}
