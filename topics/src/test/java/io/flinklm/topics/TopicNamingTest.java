package io.flinklm.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinklm.UserMistake;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamingTest {
  private static final TopicNaming NAMED =
      new TopicNaming("a-", Map.of("text", "app-logs", "metrics", "steps"), "readers");

  @Test
  void aNameGoesBeforeThePrefix() {
    assertThat(NAMED.topic(TopicNames.TEXT)).isEqualTo("app-logs");
    assertThat(NAMED.topic(TopicNames.PROMPTS)).isEqualTo("a-prompts");
    assertThat(NAMED.options())
        .hasValue("--topic-prefix a- --metrics-topic steps --text-topic app-logs");
    assertThat(TopicNaming.PLAIN.topic(TopicNames.TEXT)).isEqualTo("text");
    assertThat(TopicNaming.PLAIN.options()).isEmpty();
  }

  @Test
  void groupsHaveThePrefixOrTheirName() {
    assertThat(TopicNaming.PLAIN.groupOfText()).isEqualTo("flink-lm");
    assertThat(TopicNaming.of("a-").groupOfPrompts()).isEqualTo("a-flink-lm-prompts");
    assertThat(NAMED.groupOfText()).isEqualTo("readers");
    assertThat(NAMED.groupOfPrompts()).isEqualTo("readers-prompts");
  }

  @Test
  void trainingsThatReportToOneTopicAreInOneGroup() {
    assertThat(TopicNaming.PLAIN.groupOfTrainings()).isEqualTo("flink-lm-trainings");
    assertThat(TopicNaming.of("a-").groupOfTrainings()).isEqualTo("a-flink-lm-trainings");
    assertThat(new TopicNaming("", Map.of("metrics", "a-metrics"), null).groupOfTrainings())
        .isEqualTo("a-flink-lm-trainings");
    assertThat(NAMED.groupOfTrainings()).isEqualTo("flink-lm-trainings-steps");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a b", "text/1", "tëxt"})
  void whatNoTopicCanBeCalledIsAMistake(String name) {
    assertThatThrownBy(() -> new TopicNaming("", Map.of("text", name), null))
        .isInstanceOf(UserMistake.class)
        .hasMessageStartingWith("the topic name '" + name + "' must be of letters, digits");
  }

  @Test
  void twoTopicsOfOneNameAreAMistake() {
    assertThatThrownBy(() -> new TopicNaming("", Map.of("text", "metrics"), null))
        .isInstanceOf(UserMistake.class)
        .hasMessage("the topic 'metrics' cannot be that of text and that of metrics");
    assertThatThrownBy(() -> new TopicNaming("", Map.of(), " "))
        .isInstanceOf(UserMistake.class)
        .hasMessageContaining("--group");
  }
}
