package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The picture of the modules in docs/ARCHITECTURE.md, which has to be what the compiled code is: an
 * arrow leads from a module to each that it knows, but not to those that it knows through another.
 */
@AnalyzeClasses(
    packages = "io.flinklm",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeFixtures.class
    })
class TourOfModulesTest {
  private static final Path TOUR = Path.of("..", "docs", "ARCHITECTURE.md");
  private static final String PICTURE = "flowchart TD\n";
  private static final Pattern ARROW = Pattern.compile("([\\w-]+) --> ([\\w-]+)");

  // Of classes in a directory and in a jar alike.
  private static final Pattern MODULE = Pattern.compile(".*/([^/]+)/target/.*");

  @ArchTest
  static void arrowsAreThoseOfTheCode(JavaClasses classes) throws IOException {
    Map<String, Set<String>> known = new TreeMap<>();
    for (JavaClass from : classes) {
      Set<String> of = known.computeIfAbsent(moduleOf(from), module -> new TreeSet<>());
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(type -> type.getPackageName().startsWith("io.flinklm"))
          .map(TourOfModulesTest::moduleOf)
          .filter(module -> !module.equals(moduleOf(from)))
          .forEach(of::add);
    }
    Set<String> ofCode = new TreeSet<>();
    known.forEach(
        (from, tos) ->
            tos.stream()
                .filter(to -> tos.stream().noneMatch(by -> reaches(known, by, to)))
                .forEach(to -> ofCode.add(from + " knows " + to)));

    String tour = Files.readString(TOUR);
    int start = tour.indexOf(PICTURE);
    assertThat(start).as("where %s has its picture", TOUR).isPositive();
    Set<String> drawn =
        ARROW
            .matcher(tour.substring(start, tour.indexOf("```", start)))
            .results()
            .map(arrow -> arrow.group(1) + " knows " + arrow.group(2))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(drawn).isEqualTo(ofCode);
  }

  private static boolean reaches(Map<String, Set<String>> known, String from, String to) {
    Set<String> tos = known.get(from);
    return tos.contains(to) || tos.stream().anyMatch(by -> reaches(known, by, to));
  }

  static String moduleOf(JavaClass type) {
    String uri = type.getSource().orElseThrow().getUri().toString();
    return MODULE
        .matcher(uri)
        .results()
        .map(result -> result.group(1))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no module has " + uri));
  }
}
