/** One package of a trained model, as GetExports and ExportIteration describe it. */
export interface ModelExport {
  /** `CoreML`, `TensorFlow`, `DockerFile`, `ONNX`, …, or a value that is not known yet. */
  readonly platform: string;
  /** A variant of the platform, e.g. `TensorFlowLite`; null where the platform has none or the default was taken. */
  readonly flavor: string | null;
  /** `Exporting`, `Done`, `Failed`, or a value that is not known yet. */
  readonly status: string;
  /** Where the package can be fetched once it is done. A secret: it may carry a signature that grants access. */
  readonly downloadUri: string | null;
  /** The service now makes a newer kind of package for this platform. */
  readonly newerVersionAvailable: boolean;
}

/** A domain of Custom Vision. Only models of compact domains can be exported. */
export interface Domain {
  readonly id: string;
  readonly name: string;
  /** `Classification`, `ObjectDetection`, or a value that is not known yet. */
  readonly type: string;
  readonly exportable: boolean;
  readonly enabled: boolean;
}
