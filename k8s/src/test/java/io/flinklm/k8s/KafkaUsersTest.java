package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinklm.topics.TopicNames;
import io.strimzi.api.kafka.model.user.KafkaUser;
import io.strimzi.api.kafka.model.user.KafkaUserAuthorizationSimple;
import io.strimzi.api.kafka.model.user.acl.AclRule;
import io.strimzi.api.kafka.model.user.acl.AclRuleGroupResource;
import io.strimzi.api.kafka.model.user.acl.AclRuleTopicResource;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Users of Kafka may do what they must, and no more. */
class KafkaUsersTest {
  @Test
  void usersMayDoNoMoreThanTheyMust() {
    Map<String, Map<String, String>> rights =
        Overlay.of("cpu").all(KafkaUser.class).stream()
            .collect(
                Collectors.toMap(user -> user.getMetadata().getName(), KafkaUsersTest::rights));

    assertThat(rights).containsOnlyKeys("flink-lm-job", "flink-lm-producer");
    assertThat(rights.get("flink-lm-job"))
        .containsOnly(
            Map.entry("topic " + TopicNames.TEXT, "[Read, Describe]"),
            Map.entry("topic " + TopicNames.PROMPTS, "[Read, Describe]"),
            Map.entry("topic " + TopicNames.METRICS, "[Write, Describe]"),
            Map.entry("topic " + TopicNames.PREDICTIONS, "[Write, Describe]"),
            Map.entry("topic " + TopicNames.SCORES, "[Write, Describe]"),
            Map.entry("topic " + TopicNames.ALERTS, "[Write, Describe]"),
            Map.entry("topic " + TopicNames.DEAD_LETTERS, "[Write, Describe]"),
            Map.entry("topic " + TopicNames.REPLICAS, "[Read, Write, Describe]"),
            Map.entry("group flink-lm", "[Read]"),
            Map.entry("group flink-lm-prompts", "[Read]"));
    assertThat(rights.get("flink-lm-producer"))
        .containsOnly(
            Map.entry("topic " + TopicNames.TEXT, "[Write, Read, Describe]"),
            Map.entry("topic " + TopicNames.PROMPTS, "[Describe]"),
            Map.entry("topic " + TopicNames.METRICS, "[Describe]"),
            Map.entry("topic " + TopicNames.PREDICTIONS, "[Describe]"),
            Map.entry("topic " + TopicNames.SCORES, "[Describe]"),
            Map.entry("topic " + TopicNames.ALERTS, "[Describe]"),
            Map.entry("topic " + TopicNames.DEAD_LETTERS, "[Describe]"),
            Map.entry("topic " + TopicNames.REPLICAS, "[Describe]"));
  }

  private static Map<String, String> rights(KafkaUser user) {
    Map<String, String> rights = new TreeMap<>();
    for (AclRule rule :
        ((KafkaUserAuthorizationSimple) user.getSpec().getAuthorization()).getAcls()) {
      String name =
          rule.getResource() instanceof AclRuleTopicResource topic
              ? topic.getName()
              : ((AclRuleGroupResource) rule.getResource()).getName();
      rights.put(
          rule.getResource().getType() + " " + name,
          rule.getOperations().stream().map(operation -> operation.toValue()).toList().toString());
    }
    return rights;
  }
}
