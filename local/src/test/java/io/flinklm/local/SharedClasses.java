package io.flinklm.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The classes of a short run as Java has found, checked and loaded them, kept for all commands that
 * tests start (class data sharing), as the launcher keeps them for a person. Whoever needs them
 * first makes that file, once a build.
 *
 * @param classPath of the commands
 * @param options with which Java takes the classes from the file; none where there can be no file,
 *     since the classes of flink-lm are in no jar
 */
record SharedClasses(String classPath, List<String> options) {
  private static final String FILE = "tested-commands.jsa";
  private static final String ALL = System.getProperty("java.class.path");

  /** The file of this build; made now if it is not there or older than a jar. */
  static SharedClasses ofThisBuild(List<String> jvm) throws Exception {
    Path ours = placeOf(FlinkLm.class);
    if (!Files.isRegularFile(ours)) {
      return new SharedClasses(ALL, List.of());
    }
    // Java keeps no classes where a directory is on the class path; commands need none of those of
    // the tests.
    List<Path> jars =
        Arrays.stream(ALL.split(File.pathSeparator))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .toList();
    String classPath =
        jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    Path archive = ours.resolveSibling(FILE);
    // Tests of another process may want to make it too.
    try (FileChannel channel =
            FileChannel.open(
                ours.resolveSibling(FILE + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!Files.exists(archive)
          || jars.stream().anyMatch(jar -> changed(jar) >= changed(archive))) {
        make(archive, jvm, classPath);
      }
    }
    return new SharedClasses(
        classPath,
        // A file that does not fit would be said among the command's own lines.
        List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
  }

  private static void make(Path archive, List<String> jvm, String classPath) throws Exception {
    Path out = Files.createTempDirectory("flink-lm-");
    Path made = out.resolve(FILE);
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(jvm);
    line.add("-XX:ArchiveClassesAtExit=" + made);
    line.addAll(List.of("-cp", classPath, FlinkLm.class.getName()));
    line.addAll(List.of("run", "--epochs=1", "--hidden=8", "--port=0", "--out=" + out));
    Process process =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(out.resolve("out.txt").toFile())
            .start();
    assertThat(process.waitFor()).as("a short run; see %s", out).isZero();
    Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
    try (var all = Files.walk(out)) {
      for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path placeOf(Class<?> one) throws URISyntaxException {
    return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static long changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
