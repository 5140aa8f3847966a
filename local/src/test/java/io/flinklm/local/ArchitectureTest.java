package io.flinklm.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which module knows which, seen from the one that knows all. */
@AnalyzeClasses(packages = "io.flinklm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String MODEL = "io.flinklm";
  private static final String[] MODEL_PACKAGES = {
    "io.flinklm.text..",
    "io.flinklm.lane..",
    "io.flinklm.net..",
    "io.flinklm.train..",
    "io.flinklm.predict.."
  };
  private static final String PRODUCER = "io.flinklm.producer..";
  private static final String JOB = "io.flinklm.job..";
  private static final String APPLICATION = "io.flinklm.application..";
  private static final String DASHBOARD = "io.flinklm.dashboard..";
  private static final String CLUSTER = "io.flinklm.cluster..";
  private static final String BENCH = "io.flinklm.bench..";
  private static final String LOCAL = "io.flinklm.local..";
  private static final String FLINK = "org.apache.flink..";

  // The server's own jars; kafka-clients, which all may know, has other packages.
  private static final String[] KAFKA_SERVER = {
    "kafka..",
    "org.apache.kafka.controller..",
    "org.apache.kafka.coordinator..",
    "org.apache.kafka.image..",
    "org.apache.kafka.metadata..",
    "org.apache.kafka.raft..",
    "org.apache.kafka.server..",
    "org.apache.kafka.storage.."
  };

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("io.flinklm.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_COMMAND =
      noClasses()
          .that()
          .resideOutsideOfPackage(LOCAL)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(LOCAL);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_TERMINALS_AND_PICTURES =
      noClasses()
          .that()
          .resideOutsideOfPackage(LOCAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "me.tongfei..", "org.jline..", "org.knowm..", "java.awt..", "javax..");

  @ArchTest
  static final ArchRule ONLY_WHAT_A_PERSON_STARTS_KNOWS_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideOutsideOfPackages(LOCAL, APPLICATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_THE_APPLICATION =
      noClasses()
          .that()
          .resideOutsideOfPackages(LOCAL, CLUSTER, APPLICATION)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(APPLICATION);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_THE_KAFKA_SERVER =
      noClasses()
          .that()
          .resideOutsideOfPackage(LOCAL)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(KAFKA_SERVER);

  @ArchTest
  static final ArchRule THE_PRODUCER_KNOWS_NEITHER_FLINK_NOR_THE_JOB =
      noClasses()
          .that()
          .resideInAPackage(PRODUCER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FLINK, JOB, APPLICATION);

  @ArchTest
  static final ArchRule THE_JOB_DOES_NOT_KNOW_THE_PRODUCER =
      noClasses()
          .that()
          .resideInAPackage(JOB)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(PRODUCER);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_THE_CLUSTER =
      noClasses()
          .that()
          .resideOutsideOfPackages(LOCAL, CLUSTER)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(CLUSTER);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_WHAT_IS_MEASURED =
      noClasses()
          .that()
          .resideOutsideOfPackages(LOCAL, BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(BENCH);

  @ArchTest
  static final ArchRule WHO_MAY_ASK_THE_DASHBOARD_KNOWS_FLINK_ALONE =
      classes()
          .that()
          .resideInAPackage(DASHBOARD)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(DASHBOARD, FLINK, "java..");

  @ArchTest
  static final ArchRule WHAT_IS_MEASURED_KNOWS_THE_MODEL_ALONE =
      noClasses()
          .that()
          .resideInAPackage(BENCH)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PRODUCER, JOB, APPLICATION, CLUSTER, FLINK, "org.apache.kafka..");

  @ArchTest
  static final ArchRule THE_MODEL_KNOWS_NONE_OF_THEM =
      noClasses()
          .that()
          .resideInAPackage(MODEL)
          .or()
          .resideInAnyPackage(MODEL_PACKAGES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PRODUCER, JOB, APPLICATION, FLINK, "org.apache.kafka..");

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_ITS_PLACE =
      classes()
          .that()
          .resideOutsideOfPackages(MODEL_PACKAGES)
          .should()
          .resideInAnyPackage(MODEL, PRODUCER, JOB, APPLICATION, DASHBOARD, CLUSTER, BENCH, LOCAL);
}
