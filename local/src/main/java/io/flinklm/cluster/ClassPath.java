package io.flinklm.cluster;

import io.flinklm.UserMistake;
import io.flinklm.application.FlinkLmJob;
import io.flinklm.job.TrainingJob;
import io.flinklm.producer.LanePlan;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The jars of this process, parted as in production: Flink's own with the engine and its native
 * libraries, which a task manager has on its class path, and those that a job brings along. The
 * engine must be among the first: a native library belongs to one class loader, and every restart
 * of a job gets a new one.
 *
 * @param cluster jars of JobManager and TaskManagers
 * @param job jars of flink-lm itself
 */
public record ClassPath(List<Path> cluster, List<Path> job) {
  private static final List<Class<?>> OURS =
      List.of(UserMistake.class, LanePlan.class, TrainingJob.class, FlinkLmJob.class);

  /**
   * The class path of this process, parted.
   *
   * @param command a class of the module that has the command
   * @throws UserMistake if flink-lm does not run from its jars
   */
  public static ClassPath ofThisProcess(Class<?> command) {
    List<Path> job = new ArrayList<>();
    for (Class<?> one : OURS) {
      job.add(jarOf(one));
    }
    job.add(jarOf(command));
    List<Path> cluster =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath())
            .filter(Files::isRegularFile)
            .filter(jar -> !job.contains(jar))
            .toList();
    return new ClassPath(cluster, job);
  }

  /** All jars, for a process that is flink-lm itself. */
  public List<Path> all() {
    List<Path> all = new ArrayList<>(job);
    all.addAll(cluster);
    return all;
  }

  private static Path jarOf(Class<?> one) {
    try {
      Path place = Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isRegularFile(place)) {
        throw new UserMistake(
            place + " is no jar, and a cluster takes only jars; build with 'mvn package' first");
      }
      return place.toAbsolutePath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
