package io.flinklm.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.net.PyTorch;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The jar of the module {@code model} with a fault planted in it, as if the engine computed wrongly
 * on this processor.
 */
final class PlantedFault {
  private static final String PACKAGE = "io/flinklm/net/";
  private static final Path SOURCES = Path.of("..", "model", "src", "main");
  private static final Path RIGHT = jarOfModel();

  private PlantedFault() {}

  private static Path jarOfModel() {
    try {
      return Path.of(PyTorch.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One in which every LSTM of the engine gives outputs that are a hundredth too large. */
  static Path inEveryLstm(Path directory) throws Exception {
    String name = "RecurrentLayers";
    String right = Files.readString(SOURCES.resolve("java").resolve(PACKAGE + name + ".java"));
    String method = "  private static NDList lstmOfEngine(";
    assertThat(right).containsOnlyOnce(method);
    String wrong =
        right.replace(
            method,
            """
              private static NDList lstmOfEngine(
                  NDList weights, NDArray inputs, NDList states, int layers) {
                NDList of = rightLstm(weights, inputs, states, layers);
                return new NDList(of.get(0).mul(1.01f), of.get(1), of.get(2));
              }

              private static NDList rightLstm(""");
    Path source = Files.writeString(directory.resolve(name + ".java"), wrong);
    Path classes = Files.createDirectory(directory.resolve("planted-classes"));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
    assertThat(code).isZero();
    try (Stream<Path> compiled = Files.list(classes.resolve(PACKAGE))) {
      return jarWith(compiled.toList(), directory.resolve("wrong-lstm.jar"));
    }
  }

  /** One in which the gradients that are written out begin with wrong hidden states. */
  static Path inWrittenOutGradients(Path directory) throws Exception {
    String name = "lstm.torchscript";
    String right = Files.readString(SOURCES.resolve("resources").resolve(PACKAGE + name));
    String statement = "torch.stack(next_h)";
    assertThat(right).containsOnlyOnce(statement);
    Path wrong =
        Files.writeString(
            directory.resolve(name),
            right.replace(statement, "torch.mul(" + statement + ", 1.01)"));
    return jarWith(List.of(wrong), directory.resolve("wrong-gradients.jar"));
  }

  private static Path jarWith(List<Path> files, Path jar) throws Exception {
    Files.copy(RIGHT, jar);
    try (FileSystem entries = FileSystems.newFileSystem(jar)) {
      for (Path file : files) {
        Path entry = entries.getPath(PACKAGE + file.getFileName());
        assertThat(Files.exists(entry)).as("%s in %s", entry, RIGHT).isTrue();
        Files.copy(file, entry, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return jar;
  }

  /** The class path of this process with a jar in the place of the right one. */
  static String classPathWith(Path jar) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).equals(RIGHT) ? jar.toString() : entry)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Jars of a job with a jar in the place of the right one. */
  static List<Path> jobWith(Path jar, List<Path> right) {
    assertThat(right).contains(RIGHT);
    return right.stream().map(entry -> entry.equals(RIGHT) ? jar : entry).toList();
  }
}
