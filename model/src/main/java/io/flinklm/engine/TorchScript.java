package io.flinklm.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Functions in TorchScript, the engine's own language: what would be many calls of the engine is
 * one, and operations that DJL does not know are within reach. They are methods of a module {@code
 * Functions} without parameters.
 */
public final class TorchScript {
  // Python's pickle of an object of the class Functions, in training, and of no constants.
  private static final String MODULE =
      "\u0080\u0002c__torch__\nFunctions\n)\u0081}X\b\0\0\0training\u0088sb.";
  private static final String CONSTANTS = "\u0080\u0002).";
  private static final String VERSION = "3\n";

  private final PtSymbolBlock module;

  private TorchScript(PtSymbolBlock module) {
    this.module = module;
  }

  /**
   * Has the engine read functions; they live as long as the manager.
   *
   * @param source of the module, as TorchScript's files have it
   */
  public static TorchScript load(String source, NDManager manager) {
    try {
      ByteArrayInputStream file = new ByteArrayInputStream(file(source));
      return new TorchScript(JniUtils.loadModule((PtNDManager) manager, file, false, false));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Has the engine read functions that lie beside a class, in a resource.
   *
   * @param manager as long as which they live
   */
  public static TorchScript ofResource(Class<?> beside, String name, NDManager manager) {
    try (InputStream source = beside.getResourceAsStream(name)) {
      return load(new String(source.readAllBytes(), StandardCharsets.UTF_8), manager);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // A file of TorchScript is a zip archive whose entries are not compressed.
  private static byte[] file(String source) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store("data.pkl", MODULE.getBytes(StandardCharsets.ISO_8859_1), zip);
      store("code/__torch__.py", source.getBytes(StandardCharsets.UTF_8), zip);
      store("constants.pkl", CONSTANTS.getBytes(StandardCharsets.ISO_8859_1), zip);
      store("version", VERSION.getBytes(StandardCharsets.ISO_8859_1), zip);
    }
    return bytes.toByteArray();
  }

  private static void store(String name, byte[] content, ZipOutputStream zip) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry("functions/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /**
   * Calls a function.
   *
   * @param scope of what it returns
   * @param arguments arrays, lists of arrays, lists of such lists that are not empty, and doubles
   * @return its tensor, or the tensors of its tuple or list; empty if it returns nothing
   */
  public NDList call(NDManager scope, String function, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      try (IValue returned = IValueUtils.runMethod(module, function, values)) {
        return arrays(returned, (PtNDManager) scope);
      }
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  /** Calls a function that takes nothing and returns text. */
  public String text(String function) {
    try (IValue returned = IValueUtils.runMethod(module, function)) {
      return returned.toStringValue();
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof NDArray array) {
      return IValue.from((PtNDArray) array);
    }
    // It is a List itself.
    if (argument instanceof NDList list) {
      return IValue.listFrom(list.toArray(PtNDArray[]::new));
    }
    if (argument instanceof List<?> lists) {
      IValue[] values = lists.stream().map(TorchScript::value).toArray(IValue[]::new);
      try {
        return IValue.listFrom(values);
      } finally {
        for (IValue value : values) {
          value.close();
        }
      }
    }
    return IValue.from((double) argument);
  }

  private static NDList arrays(IValue returned, PtNDManager scope) {
    NDList arrays = new NDList();
    if (returned.isTensor()) {
      arrays.add(returned.toTensor(scope));
    } else if (returned.isTensorList()) {
      for (NDArray array : returned.toTensorArray(scope)) {
        arrays.add(array);
      }
    } else if (returned.isTuple()) {
      for (IValue part : returned.toIValueTuple()) {
        try (part) {
          arrays.add(part.toTensor(scope));
        }
      }
    }
    return arrays;
  }
}
