package io.flinklm.bench;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which package knows which, seen from the module that knows all. The list is the whole of it: a
 * package that is to know one more, or one less, says so there.
 */
@AnalyzeClasses(packages = "io.flinklm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String OURS = "io.flinklm.";
  private static final String ROOT = "(root)";

  // Whose packages begin so; the longest that fits counts.
  private static final Map<String, String> LIBRARIES =
      Map.ofEntries(
          Map.entry("ai.djl", "DJL"),
          Map.entry("com.fasterxml.jackson", "JSON"),
          Map.entry("io.github.bucket4j", "bucket4j"),
          Map.entry("org.apache.flink", "Flink"),
          Map.entry("org.apache.flink.connector.kafka", "Flink's Kafka connector"),
          Map.entry("org.apache.kafka", "Kafka's clients"),
          Map.entry("kafka", "Kafka's server"),
          Map.entry("org.apache.kafka.controller", "Kafka's server"),
          Map.entry("org.apache.kafka.coordinator", "Kafka's server"),
          Map.entry("org.apache.kafka.image", "Kafka's server"),
          Map.entry("org.apache.kafka.metadata", "Kafka's server"),
          Map.entry("org.apache.kafka.raft", "Kafka's server"),
          Map.entry("org.apache.kafka.server", "Kafka's server"),
          Map.entry("org.apache.kafka.storage", "Kafka's server"),
          Map.entry("picocli", "picocli"),
          Map.entry("me.tongfei", "terminal"),
          Map.entry("org.jline", "terminal"),
          Map.entry("org.knowm", "pictures"),
          Map.entry("java.awt", "pictures"),
          Map.entry("javax.imageio", "pictures"));

  private static final String KNOWS =
      """
      """;

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.(flinklm.**)").should().beFreeOfCycles();

  @ArchTest
  static void everyPackageKnowsWhatTheListSays(JavaClasses classes) {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass from : classes) {
      Set<String> of = known.computeIfAbsent(nameOf(from), name -> new TreeSet<>());
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> nameOf(dependency.getTargetClass().getBaseComponentType()))
          .filter(name -> !name.isEmpty() && !name.equals(nameOf(from)))
          .forEach(of::add);
    }
    String found =
        known.entrySet().stream()
            .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
            .map(String::strip)
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(found).isEqualTo(KNOWS);
  }

  /** The package without what all begin with, or the library; empty for what Java itself has. */
  private static String nameOf(JavaClass type) {
    String name = type.getPackageName() + ".";
    if (name.startsWith(OURS)) {
      return name.equals(OURS) ? ROOT : name.substring(OURS.length(), name.length() - 1);
    }
    return LIBRARIES.entrySet().stream()
        .filter(library -> name.startsWith(library.getKey() + "."))
        .max(Map.Entry.comparingByKey(java.util.Comparator.comparingInt(String::length)))
        .map(Map.Entry::getValue)
        .orElse("");
  }
}
