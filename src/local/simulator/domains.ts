/** A domain: what a project's model is built for. Only compact ones can be exported as a file. */
export interface Domain {
  readonly id: string;
  readonly name: string;
  readonly type: 'Classification' | 'ObjectDetection';
  readonly exportable: boolean;
}

export const DOMAINS: readonly Domain[] = [
  classification('ee85a74c-405e-4adc-bb47-ffa8ca0c9f31', 'General'),
  classification('c151d5b5-dd07-472a-acc8-15d29dea8518', 'Food'),
  classification('ca455789-012d-4b50-9fec-5bb63841c793', 'Landmarks'),
  classification('b30a91ae-e3c1-4f73-a81e-c270bff27c39', 'Retail'),
  classification('0732100f-1a38-4e49-a514-c9b44c697ab5', 'General (compact)'),
  classification('a1db07ca-a19a-4830-bae8-e004a42dc863', 'General (compact) [S1]'),
  detection('da2e3a8a-40a5-4171-82f4-58522f70fbc1', 'General'),
  detection('a27d5ca5-bb19-49d8-a70a-fec086c47f5b', 'General (compact)'),
  detection('7ec2ac80-887b-48a6-8df9-8b1357765430', 'General (compact) [S1]'),
];

function classification(id: string, name: string): Domain {
  return { id, name, type: 'Classification', exportable: name.includes('compact') };
}

function detection(id: string, name: string): Domain {
  return { id, name, type: 'ObjectDetection', exportable: name.includes('compact') };
}

/** By id, or by name where a type is given too. */
export function findDomain(idOrName: string, type?: Domain['type']): Domain | undefined {
  return DOMAINS.find(
    (domain) =>
      domain.id === idOrName.toLowerCase() || (type !== undefined && domain.type === type && domain.name === idOrName),
  );
}

/** Which flavours each platform has; none means that it takes no flavour. */
export const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  CoreML: [],
  TensorFlow: ['TensorFlowNormal', 'TensorFlowLite'],
  DockerFile: ['Linux', 'Windows', 'ARM'],
  ONNX: ['ONNX10', 'ONNX12'],
  VAIDK: [],
  OpenVino: [],
};

const GENERAL_COMPACT_DETECTION = 'a27d5ca5-bb19-49d8-a70a-fec086c47f5b';

/** The platforms that a domain's models can be exported to, in an API version's terms. */
export function platformsOf(domain: Domain, version: string): string[] {
  if (!domain.exportable) return [];
  return Object.keys(PLATFORMS).filter(
    (name) =>
      (name !== 'OpenVino' || version !== 'v3.3') && (name !== 'VAIDK' || domain.id !== GENERAL_COMPACT_DETECTION),
  );
}
