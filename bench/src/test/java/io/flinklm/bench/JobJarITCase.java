package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.flinklm.application.FlinkLmJob;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/**
 * The jar that a cluster gets holds every class that its own classes name, but for those of Java,
 * of Flink and of the engine, which the cluster has.
 */
class JobJarITCase {
  private static final List<String> ON_THE_CLUSTER =
      List.of("java.", "javax.", "org.apache.flink.", "org.slf4j.", "ai.djl.");
  private static final String CONNECTOR = "org.apache.flink.connector.kafka.";

  @Test
  void itHoldsWhatTheClusterDoesNot() throws Exception {
    Path application =
        Path.of(FlinkLmJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = application.resolveSibling("flink-lm-job.jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      TreeSet<String> missing = new TreeSet<>();
      for (JavaClass ours : new ClassFileImporter().importJar(file)) {
        if (ours.getPackageName().startsWith("io.flinklm")) {
          ours.getDirectDependenciesFromSelf().stream()
              .map(Dependency::getTargetClass)
              .map(JavaClass::getBaseComponentType)
              .filter(type -> !type.isPrimitive() && !isOnTheCluster(type.getName()))
              .map(JavaClass::getName)
              .filter(name -> file.getEntry(name.replace('.', '/') + ".class") == null)
              .forEach(missing::add);
        }
      }
      assertThat(missing).isEmpty();
    }
  }

  private static boolean isOnTheCluster(String name) {
    return ON_THE_CLUSTER.stream().anyMatch(name::startsWith) && !name.startsWith(CONNECTOR);
  }
}
