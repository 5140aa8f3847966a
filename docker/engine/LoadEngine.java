import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Loads the engine and the library of tokenizers once, so that their native libraries lie unpacked
 * in ENGINE_CACHE_DIR, and says what the engine is. It takes one step of arithmetic: the libraries
 * are there and fit each other.
 */
public final class LoadEngine {
  private LoadEngine() {}

  public static void main(String[] arguments) {
    LibUtils.checkStatus();
    Engine engine = Engine.getEngine("PyTorch");
    try (NDManager manager = engine.newBaseManager()) {
      float sum = manager.ones(new Shape(2, 3)).sum().getFloat();
      System.out.printf(
          "%s %s, %d GPUs, on %s: the sum of six ones is %.0f%n",
          engine.getEngineName(),
          engine.getVersion(),
          engine.getGpuCount(),
          manager.getDevice(),
          sum);
    }
  }
}
