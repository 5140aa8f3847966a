package io.flinklm.net;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.flinklm.engine.PyTorch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineKindTest {
  @TempDir private Path directory;

  @Test
  void hereItNamesProcessorInstructionsAndEngine() {
    MachineKind here = MachineKind.of(Device.cpu());

    assertThat(here).isEqualTo(MachineKind.of(Device.cpu()));
    assertThat(here.processor()).isNotBlank();
    assertThat(here.instructionSet()).matches("[A-Z0-9]+.*");
    assertThat(here.engine()).matches("PyTorch \\d+\\.\\d+\\.\\d+ \\w+");
    assertThat(here.toClause()).contains(here.processor(), here.instructionSet(), here.engine());
  }

  @Test
  void theFirstProcessorOfTheFileCounts() throws IOException {
    assertThat(
            MachineKind.processor(
                file(
                    "vendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n\nmodel name\t: Other\n")))
        .isEqualTo("AMD EPYC (family 26, model 2)");
    assertThat(MachineKind.processor(file("model name\t: A processor\n"))).isEqualTo("A processor");
  }

  @Test
  void whereTheSystemNamesNoneItIsTheArchitecture() throws IOException {
    String architecture = System.getProperty("os.arch");
    assertThat(MachineKind.processor(file("CPU implementer\t: 0x41\n"))).isEqualTo(architecture);
    assertThat(MachineKind.processor(directory.resolve("none"))).isEqualTo(architecture);
  }

  @Test
  void aLimitOfInstructionsIsPartOfIt() {
    try (NDManager manager = PyTorch.newManager(Device.cpu())) {
      String without = MachineKind.instructionSet(manager, Map.of());

      assertThat(MachineKind.instructionSet(manager, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2")))
          .isEqualTo(without + ", oneDNN at most AVX2");
      assertThat(MachineKind.instructionSet(manager, Map.of("DNNL_MAX_CPU_ISA", "SSE41")))
          .isEqualTo(without + ", oneDNN at most SSE41");
    }
  }

  private Path file(String content) throws IOException {
    return Files.writeString(directory.resolve("cpuinfo"), content);
  }
}
