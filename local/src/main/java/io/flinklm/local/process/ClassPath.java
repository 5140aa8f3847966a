package io.flinklm.local.process;

import io.flinklm.UserMistake;
import io.flinklm.dashboard.DashboardOptions;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/**
 * The jars of this process, parted as in production: Flink's own with the engine and its native
 * libraries, which a task manager has on its class path, and those that a job brings along. The
 * engine must be among the first: a native library belongs to one class loader, and every restart
 * of a job gets a new one.
 *
 * @param cluster jars of JobManager and TaskManagers
 * @param job jars of flink-lm itself
 * @param main class of the command that this process runs
 */
public record ClassPath(List<Path> cluster, List<Path> job, Class<?> main) {
  private static final String OURS = "io/flinklm/";

  /**
   * The class path of this process, parted.
   *
   * @param main class of the command that this process runs
   * @throws UserMistake if flink-lm does not run from its jars
   */
  public static ClassPath ofThisProcess(Class<?> main) {
    requireJar(placeOf(main));
    // It guards Flink's own interface, and is with Flink's own jars in production too.
    Path dashboard = placeOf(DashboardOptions.class);
    List<Path> job = new ArrayList<>();
    List<Path> cluster = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry).toAbsolutePath();
      if (Files.isRegularFile(jar)) {
        (isOurs(jar) && !jar.equals(dashboard) ? job : cluster).add(jar);
      }
    }
    return new ClassPath(List.copyOf(cluster), List.copyOf(job), main);
  }

  /** All jars, for a process that is flink-lm itself. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>(job);
    all.addAll(cluster);
    return all;
  }

  private static boolean isOurs(Path jar) {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.getEntry(OURS) != null;
    } catch (IOException e) {
      throw new UncheckedIOException("the jar " + jar + " cannot be read", e);
    }
  }

  private static Path placeOf(Class<?> one) {
    try {
      return Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toAbsolutePath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void requireJar(Path place) {
    if (!Files.isRegularFile(place)) {
      throw new UserMistake(
          place + " is no jar, and a cluster takes only jars; build with 'mvn package' first");
    }
  }
}
