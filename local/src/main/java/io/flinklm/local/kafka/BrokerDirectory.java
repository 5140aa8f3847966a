package io.flinklm.local.kafka;

import io.flinklm.UserMistake;
import io.flinklm.local.process.FileClaim;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A directory in which one broker keeps everything: the cluster's id, its metadata and the topics'
 * log. While it is open, no other broker can open it.
 *
 * @param path where it is
 * @param claim keeps others out
 */
public record BrokerDirectory(Path path, FileClaim claim) implements AutoCloseable {

  /**
   * Opens a directory for one broker, made and formatted if it is new.
   *
   * @throws UserMistake if it cannot be written, has a comma in its name, or a broker is using it
   */
  public static BrokerDirectory open(Path path) {
    if (path.toString().contains(",")) {
      throw new UserMistake("Kafka takes no comma in the name of its directory: " + path);
    }
    BrokerDirectory directory = new BrokerDirectory(path, claim(path));
    try {
      directory.format();
    } catch (Exception e) {
      directory.close();
      throw new IllegalStateException("Kafka could not format " + path, e);
    }
    return directory;
  }

  // Kafka locks its log too, but only after a second broker has begun to write the metadata.
  private static FileClaim claim(Path path) {
    try {
      Files.createDirectories(path);
      return FileClaim.of(path.resolve("broker.lock"))
          .orElseThrow(
              () ->
                  new UserMistake(
                      "a broker is already using "
                          + path
                          + "; end it first or choose another directory"));
    } catch (IOException e) {
      throw new UserMistake(
          "Kafka cannot write to " + path + " (" + e + "); choose a directory that you can write",
          e);
    }
  }

  private void format() throws Exception {
    // Written last: a directory without it was never used.
    if (Files.exists(path.resolve("meta.properties"))) {
      return;
    }
    new Formatter()
        .setPrintStream(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
        .setNodeId(Broker.NODE)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(Broker.CONTROLLER)
        .addDirectory(path.toString())
        .run();
  }

  @Override
  public void close() {
    claim.close();
  }
}
