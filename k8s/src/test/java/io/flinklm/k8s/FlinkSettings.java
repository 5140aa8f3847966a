package io.flinklm.k8s;

import io.flinklm.dashboard.DashboardOptions;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/**
 * Flink's configuration as a manifest gives it, checked against Flink's own options and the
 * dashboard's: those of the groups that are used here.
 *
 * @param settings by key
 */
record FlinkSettings(Map<String, String> settings) {
  private static final List<Class<?>> GROUPS =
      List.of(
          CheckpointingOptions.class,
          DashboardOptions.class,
          ExternalResourceOptions.class,
          HeartbeatManagerOptions.class,
          HighAvailabilityOptions.class,
          JobManagerOptions.class,
          MetricOptions.class,
          RestartStrategyOptions.class,
          TaskManagerOptions.class,
          WebOptions.class);

  /**
   * Flink's configuration.
   *
   * @param place where the settings are from, for the message
   * @throws RefusedManifest if a key is none of Flink's, or its value not of the option's type
   */
  Configuration read(String place) {
    Configuration configuration = Configuration.fromMap(settings);
    Map<String, ConfigOption<?>> known = known(configuration);
    settings.forEach(
        (key, value) -> {
          ConfigOption<?> option = known.get(key);
          if (option == null) {
            throw new RefusedManifest(place + ": flinkConfiguration: Flink has no option " + key);
          }
          try {
            configuration.get(option);
          } catch (IllegalArgumentException e) {
            throw new RefusedManifest(place + ": flinkConfiguration: " + key + ": " + value, e);
          }
        });
    return configuration;
  }

  // By the key of today alone: one that Flink only still understands is not in it.
  private static Map<String, ConfigOption<?>> known(Configuration configuration) {
    Map<String, ConfigOption<?>> known = new HashMap<>();
    for (Class<?> group : GROUPS) {
      for (Field field : group.getFields()) {
        if (field.getType() == ConfigOption.class) {
          ConfigOption<?> option = option(field);
          known.put(option.key(), option);
        }
      }
    }
    named(configuration.get(MetricOptions.REPORTERS_LIST, ""))
        .forEach(name -> known.putAll(ofReporter("metrics.reporter." + name + ".")));
    configuration
        .getOptional(ExternalResourceOptions.EXTERNAL_RESOURCE_LIST)
        .ifPresent(names -> names.forEach(name -> known.putAll(ofResource(name))));
    return known;
  }

  private static List<String> named(String list) {
    return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  private static Map<String, ConfigOption<?>> ofReporter(String prefix) {
    return Map.of(
        prefix + MetricOptions.REPORTER_FACTORY_CLASS.key(),
        MetricOptions.REPORTER_FACTORY_CLASS,
        prefix + "port",
        ConfigOptions.key(prefix + "port").intType().noDefaultValue());
  }

  private static Map<String, ConfigOption<?>> ofResource(String name) {
    String amount = ExternalResourceOptions.getAmountConfigOptionForResource(name);
    String key =
        ExternalResourceOptions.getSystemConfigKeyConfigOptionForResource(
            name, "kubernetes.config-key");
    return Map.of(
        amount,
        ConfigOptions.key(amount).longType().noDefaultValue(),
        key,
        ConfigOptions.key(key).stringType().noDefaultValue());
  }

  private static ConfigOption<?> option(Field field) {
    try {
      return (ConfigOption<?>) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
