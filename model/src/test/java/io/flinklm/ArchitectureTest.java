package io.flinklm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package knows which: they point one way. */
@AnalyzeClasses(packages = "io.flinklm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String ROOT = "io.flinklm";
  private static final String TEXT = "io.flinklm.text..";
  private static final String LANE = "io.flinklm.lane..";
  private static final String NET = "io.flinklm.net..";
  private static final String TRAIN = "io.flinklm.train..";
  private static final String PREDICT = "io.flinklm.predict..";

  @ArchTest
  static final ArchRule NOTHING_KNOWS_FLINK_OR_KAFKA =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

  @ArchTest
  static final ArchRule WHAT_ALL_SHARE_KNOWS_NOTHING =
      classes()
          .that()
          .resideInAPackage(ROOT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT, "java..");

  @ArchTest
  static final ArchRule TEXT_KNOWS_NEITHER_LANES_NOR_THE_ENGINE =
      classes()
          .that()
          .resideInAPackage(TEXT)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT, TEXT, "java..");

  @ArchTest
  static final ArchRule LANES_KNOW_NEITHER_TEXT_NOR_THE_ENGINE =
      classes()
          .that()
          .resideInAPackage(LANE)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(ROOT, LANE, "java..");

  @ArchTest
  static final ArchRule NETS_KNOW_NEITHER_DATA_NOR_TRAINING =
      noClasses()
          .that()
          .resideInAPackage(NET)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(TEXT, LANE, TRAIN, PREDICT);

  @ArchTest
  static final ArchRule TRAINING_KNOWS_NETS_LANES_AND_TEXT_BUT_NOT_PREDICTION =
      noClasses()
          .that()
          .resideInAPackage(TRAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PREDICT);

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_ITS_PLACE =
      classes().should().resideInAnyPackage(ROOT, TEXT, LANE, NET, TRAIN, PREDICT);
}
