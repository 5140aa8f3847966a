package io.flinklm.job;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What the job knows: the model and Flink; of Kafka only where its topics are. */
@AnalyzeClasses(packages = "io.flinklm.job", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String[] KAFKA = {
    "org.apache.kafka..", "org.apache.flink.connector.kafka.."
  };

  @ArchTest
  static final ArchRule THE_JOB_KNOWS_ONLY_THE_MODULES_ABOVE_IT =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.flinklm.producer..", "io.flinklm.local..");

  @ArchTest
  static final ArchRule ONLY_TOPICS_AND_THEIR_RECORDS_KNOW_KAFKA =
      noClasses()
          .that(
              not(
                  belongToAnyOf(
                      Topics.class,
                      KafkaText.class,
                      TextSplit.class,
                      TextStart.class,
                      TextOrigins.class,
                      TextPartitionReader.class,
                      TextEmitter.class,
                      RecordLimit.class,
                      DeadLetterRecord.class,
                      PredictionRecord.class)))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(KAFKA);

  @ArchTest
  static final ArchRule EVERY_CLASS_HAS_ITS_PLACE =
      classes().should().resideInAPackage("io.flinklm.job");
}
