package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.flinklm.application.FlinkLmJob;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The jar that a cluster gets holds every class that its own classes name, but for those of Java,
 * of Flink and of the engine, which the cluster has. Those of the engine are in the jars that the
 * image puts beside Flink's own.
 */
class JobJarITCase {
  private static final List<String> ON_THE_CLUSTER =
      List.of("java.", "javax.", "com.sun.management.", "org.apache.flink.", "org.slf4j.");
  private static final String CONNECTOR = "org.apache.flink.connector.kafka.";

  @Test
  void itHoldsWhatTheClusterDoesNot() throws Exception {
    Path application =
        Path.of(FlinkLmJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = application.resolveSibling("flink-lm-job.jar");
    Set<String> ofEngine = classesIn(application.resolveSibling("engine"));
    try (JarFile file = new JarFile(jar.toFile())) {
      TreeSet<String> missing = new TreeSet<>();
      for (JavaClass ours : new ClassFileImporter().importJar(file)) {
        if (ours.getPackageName().startsWith("io.flinklm")) {
          ours.getDirectDependenciesFromSelf().stream()
              .map(Dependency::getTargetClass)
              .map(JavaClass::getBaseComponentType)
              .filter(type -> !type.isPrimitive() && !isOnTheCluster(type.getName()))
              .map(JavaClass::getName)
              .map(name -> name.replace('.', '/') + ".class")
              .filter(entry -> file.getEntry(entry) == null && !ofEngine.contains(entry))
              .forEach(missing::add);
        }
      }
      assertThat(missing).isEmpty();
    }
  }

  private static Set<String> classesIn(Path directory) throws IOException {
    Set<String> classes = new HashSet<>();
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(directory, "*.jar")) {
      for (Path jar : jars) {
        try (JarFile file = new JarFile(jar.toFile())) {
          file.stream().map(JarEntry::getName).forEach(classes::add);
        }
      }
    }
    return classes;
  }

  private static boolean isOnTheCluster(String name) {
    return ON_THE_CLUSTER.stream().anyMatch(name::startsWith) && !name.startsWith(CONNECTOR);
  }
}
