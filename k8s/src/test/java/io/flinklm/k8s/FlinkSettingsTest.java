package io.flinklm.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Toleration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.kubernetes.operator.api.spec.FlinkDeploymentSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessSpec;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests tell Flink, Flink understands, and its memory adds up. */
class FlinkSettingsTest {
  static Stream<Overlay> overlays() {
    return Overlay.all().stream();
  }

  private static Configuration settings(Overlay overlay) {
    return new FlinkSettings(overlay.job().getFlinkConfiguration()).read(overlay.name());
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void everyKeyMayNotBeMisspelt(Overlay overlay) {
    Map<String, String> right = overlay.job().getFlinkConfiguration();
    for (String key : right.keySet()) {
      Map<String, String> wrong = new HashMap<>(right);
      wrong.put(key + "s", wrong.remove(key));

      // Without its list, a reporter or a resource is not known either, and those are named then.
      String said = key.equals("metrics.reporters") || key.equals("external-resources") ? "." : key;
      assertThatThrownBy(() -> new FlinkSettings(wrong).read(overlay.name()))
          .as(key)
          .isInstanceOf(RefusedManifest.class)
          .hasMessageContaining(overlay.name())
          .hasMessageContaining(said);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "taskmanager.memory.segment-size, four",
    "execution.checkpointing.interval, often",
    "execution.checkpointing.externalized-checkpoint-retention, RETAIN",
    "taskmanager.numberOfTaskSlots, 1.5",
    "state.checkpoints.dir, file:///a-key-of-former-days",
  })
  void aValueThatFlinkCannotReadIsRefused(String key, String value) {
    assertThatThrownBy(() -> new FlinkSettings(Map.of(key, value)).read("job.yaml"))
        .isInstanceOf(RefusedManifest.class)
        .hasMessageContaining("job.yaml")
        .hasMessageContaining(key);
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void memoryAddsUp(Overlay overlay) {
    Configuration settings = settings(overlay);
    settings.set(
        TaskManagerOptions.TOTAL_PROCESS_MEMORY,
        MemorySize.parse(overlay.job().getTaskManager().getResource().getMemory()));
    settings.set(
        JobManagerOptions.TOTAL_PROCESS_MEMORY,
        MemorySize.parse(overlay.job().getJobManager().getResource().getMemory()));

    TaskExecutorProcessSpec taskManager = TaskExecutorProcessUtils.processSpecFromConfig(settings);
    JobManagerProcessSpec jobManager = JobManagerProcessUtils.processSpecFromConfig(settings);
    assertThat(taskManager.getTaskOffHeapSize()).isGreaterThanOrEqualTo(MemorySize.parse("512m"));
    assertThat(taskManager.getJvmHeapMemorySize()).isGreaterThanOrEqualTo(MemorySize.parse("512m"));
    assertThat(jobManager.getJvmHeapMemorySize()).isGreaterThanOrEqualTo(MemorySize.parse("512m"));
    assertThat(settings.get(TaskManagerOptions.MEMORY_SEGMENT_SIZE))
        .isEqualTo(MemorySize.parse("4kb"));
  }

  @ParameterizedTest
  @MethodSource("overlays")
  void aGpuIsForTheTaskManagerAlone(Overlay overlay) {
    boolean onGpu = overlay.name().equals("gpu");
    FlinkDeploymentSpec job = overlay.job();

    assertThat(settings(overlay).toMap())
        .matches(all -> onGpu == "1".equals(all.get("external-resource.gpu.amount")))
        .matches(
            all ->
                onGpu
                    == "nvidia.com/gpu"
                        .equals(all.get("external-resource.gpu.kubernetes.config-key")));
    assertThat(job.getImage().endsWith("-gpu")).isEqualTo(onGpu);
    assertThat(List.of(job.getJob().getArgs()).contains("--device=gpu")).isEqualTo(onGpu);
    assertThat(job.getPodTemplate().toString()).doesNotContain("nvidia");
    assertThat(job.getJobManager().getPodTemplate()).isNull();
    if (onGpu) {
      assertThat(job.getTaskManager().getPodTemplate().getSpec().getTolerations())
          .extracting(Toleration::getKey)
          .containsExactly("nvidia.com/gpu");
    }
  }
}
