package io.flinklm.net;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Platform;
import ai.djl.util.cuda.CudaUtils;
import io.flinklm.engine.PyTorch;
import io.flinklm.engine.TorchScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kind of machine that something was computed on. Equal bits are promised on one kind; between
 * two kinds, results agree as closely as float32 allows.
 *
 * @param processor its name, with family and model where the system tells them
 * @param instructionSet the widest vector instructions that the engine uses there; of a GPU, its
 *     compute capability
 * @param engine its name, version and build
 */
public record MachineKind(String processor, String instructionSet, String engine) {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  /** The kind of this machine, for what the engine computes on a device. */
  public static MachineKind of(Device device) {
    try (NDManager manager = PyTorch.newManager(device)) {
      Engine engine = Engine.getEngine("PyTorch");
      String build = Platform.detectPlatform("pytorch").getFlavor();
      return new MachineKind(
          processor(PROCESSORS),
          device.isGpu()
              ? "CUDA " + CudaUtils.getComputeCapability(device.getDeviceId())
              : instructionSet(manager, System.getenv()),
          "PyTorch " + engine.getVersion() + " " + build);
    }
  }

  /** One clause for a person. */
  public String toClause() {
    return processor + ", " + instructionSet + ", " + engine;
  }

  static String instructionSet(NDManager manager, Map<String, String> environment) {
    String inUse =
        TorchScript.ofResource(MachineKind.class, "machine.torchscript", manager)
            .text("instruction_set");
    // The engine's library for LSTMs looks by itself what the processor has, up to this limit.
    String limit =
        environment.getOrDefault("ONEDNN_MAX_CPU_ISA", environment.get("DNNL_MAX_CPU_ISA"));
    return limit == null ? inUse : inUse + ", oneDNN at most " + limit;
  }

  /** The first processor of a file as Linux writes it; the architecture where there is none. */
  static String processor(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      Map<String, String> first =
          lines
              .map(line -> line.split("\\s*:\\s*", 2))
              .filter(line -> line.length == 2)
              .collect(
                  Collectors.toMap(line -> line[0].strip(), line -> line[1], (one, other) -> one));
      String name = first.get("model name");
      if (name == null) {
        return System.getProperty("os.arch");
      }
      String family = first.get("cpu family");
      return family == null
          ? name
          : "%s (family %s, model %s)".formatted(name, family, first.get("model"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }
}
