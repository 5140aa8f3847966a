package io.flinklm.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.flinklm.UserMistake;

/**
 * DJL's PyTorch engine as this project starts and uses it: without a network, without telemetry,
 * one thread unless told otherwise, and with gradients only where they are asked for.
 */
public final class PyTorch {
  /** More engine threads than this are a mistake. */
  public static final int MOST_THREADS = 256;

  private static final String THREADS = "ai.djl.pytorch.num_threads";
  private static final String INTER_OP_THREADS = "ai.djl.pytorch.num_interop_threads";

  private PyTorch() {}

  // Read by the engine when it is first asked for. A thread that computes is set to one anyhow.
  static {
    DjlOffline.ensure();
    DjlOffline.setDefault(THREADS, "1");
    DjlOffline.setDefault(INTER_OP_THREADS, "1");
  }

  /**
   * Opens a manager of tensors, for use by this thread; closing it frees all that it and its
   * sub-managers hold.
   *
   * @throws UserMistake if the device is not there
   */
  public static NDManager newManager(Device device) {
    Engine engine = Engine.getEngine("PyTorch");
    if (device.isGpu() && engine.getGpuCount() <= device.getDeviceId()) {
      throw new UserMistake(
          "no GPU is available to the engine; use --device cpu, or a CUDA build of the engine");
    }
    // OpenMP's number of threads belongs to the thread too, and a new one begins with all cores.
    JniUtils.setNumThreads(1);
    return engine.newBaseManager(device);
  }

  /**
   * Lets this thread compute with so many of the engine's threads from now on, others as before. To
   * be called behind {@link #newManager}. The order of sums, and so the last bits of results, is
   * fixed for each number of them: whatever is to have the same bits everywhere computes with one.
   */
  public static void computeWith(int threads) {
    // A thread that is asked for its number first takes the one that any thread set last; once it
    // has, only its own word counts.
    JniUtils.getNumThreads();
    JniUtils.setNumThreads(threads);
  }

  /** The device that a person's choice comes to here. */
  public static Device device(DeviceChoice choice) {
    return switch (choice) {
      case CPU -> Device.cpu();
      case GPU -> Device.gpu();
      case AUTO -> Engine.getEngine("PyTorch").defaultDevice();
    };
  }

  /**
   * A region of this thread's work that records what gradients need, or does not. The engine's mode
   * belongs to the thread and is on in a new one, so that every pass must say what it wants.
   */
  public static final class GradientMode implements AutoCloseable {
    private final boolean before = JniUtils.isGradMode();

    private GradientMode(boolean on) {
      JniUtils.setGradMode(on);
    }

    /** A region that records what gradients need. */
    public static GradientMode on() {
      return new GradientMode(true);
    }

    /** A region that records nothing. */
    public static GradientMode off() {
      return new GradientMode(false);
    }

    @Override
    public void close() {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * Computes the gradients of all that requires one, from a root on. DJL's own collector allows one
   * at a time in the whole process, which would tie models together.
   *
   * @param root of any shape
   * @param gradient of the loss with respect to the root, of the same shape
   */
  public static void backward(NDArray root, NDArray gradient) {
    JniUtils.backward((PtNDArray) root, (PtNDArray) gradient, false, false);
  }

  /** The same of a scalar, the loss itself. */
  public static void backward(NDArray loss) {
    try (NDArray one = loss.onesLike()) {
      backward(loss, one);
    }
  }
}
