package io.flinklm.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where something was measured, and of which commit.
 *
 * @param processor its name; null where the machine does not say
 * @param cores that this process may use
 * @param memoryBytes of the machine; null where it does not say
 * @param system the operating system
 * @param java its version
 * @param commit of the project, {@code -dirty} if files differ; null outside a checkout
 */
public record Machine(
    String processor, int cores, Long memoryBytes, String system, String java, String commit) {
  private static final long KIBIBYTE = 1024;

  /** This machine. */
  public static Machine here() {
    String memory = valueIn("/proc/meminfo", "MemTotal");
    return new Machine(
        valueIn("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        memory == null ? null : KIBIBYTE * Long.parseLong(memory.replaceAll("\\D", "")),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.version"),
        commitOfBuild());
  }

  /**
   * What this process takes of the machine's memory (VmRSS); null where the machine does not say.
   */
  public static Long residentMemory() {
    String resident = valueIn("/proc/self/status", "VmRSS");
    return resident == null ? null : KIBIBYTE * Long.parseLong(resident.replaceAll("\\D", ""));
  }

  private static String valueIn(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      return null;
    }
  }

  // Of the checkout that this program was built in, wherever it is started.
  private static String commitOfBuild() {
    try {
      Path code =
          Path.of(Machine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Process git =
          new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude", "*")
              .directory(code.getParent().toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      List<String> said = git.inputReader().lines().toList();
      return git.waitFor() == 0 && said.size() == 1 ? said.get(0) : null;
    } catch (Exception e) {
      return null;
    }
  }
}
