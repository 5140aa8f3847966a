package io.flinklm.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which types are public: those that another package uses, its tests included, and no others. The
 * compiler copies constants to where they are used, so a type of which others use nothing but
 * constants has to be in the list of exceptions.
 */
@AnalyzeClasses(
    packages = "io.flinklm",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeFixtures.class
    })
class VisibilityTest {
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "io.flinklm.bench.BenchCommand", "Java's ServiceLoader makes it",
          "io.flinklm.cli.FlinkLmClient", "the image of the client starts it",
          "io.flinklm.dashboard.GuardFactory", "Flink makes it by Java's ServiceLoader",
          "io.flinklm.topics.DeadLetterHeaders", "it is nothing but constants",
          "io.flinklm.topics.TopicNames", "it is nothing but constants");

  @ArchTest
  static void whatIsPublicIsUsedByAnotherPackage(JavaClasses classes) {
    Set<String> used =
        Stream.concat(classes.stream(), testsOf(classes).stream())
            .flatMap(VisibilityTest::usedInOtherPackages)
            .map(VisibilityTest::topLevel)
            .collect(Collectors.toSet());
    List<String> unused =
        classes.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .map(JavaClass::getName)
            .filter(name -> !used.contains(name))
            .toList();
    assertThat(unused)
        .as("public types that no other package uses; make them package-private")
        .containsExactlyInAnyOrderElementsOf(EXCEPTIONS.keySet());
  }

  /** The tests of the modules whose classes these are: no module after this one is compiled yet. */
  private static JavaClasses testsOf(JavaClasses classes) {
    return new ClassFileImporter()
        .importPaths(
            classes.stream()
                .map(TourOfModulesTest::moduleOf)
                .distinct()
                .map(module -> Path.of("..", module, "target", "test-classes"))
                .toList());
  }

  private static Stream<JavaClass> usedInOtherPackages(JavaClass user) {
    // An exception that is caught and not looked at is no dependency to ArchUnit.
    Stream<JavaClass> caught =
        user.getCodeUnits().stream()
            .flatMap(code -> code.getTryCatchBlocks().stream())
            .flatMap(block -> block.getCaughtThrowables().stream());
    return Stream.concat(
            user.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass), caught)
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !type.getPackageName().equals(user.getPackageName()));
  }

  private static String topLevel(JavaClass type) {
    String name = type.getName();
    return name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
  }
}
