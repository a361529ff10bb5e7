"""The rules as a policy pack of Pulumi's engine: the only part of `policy` that knows Pulumi.

It speaks the engine's protocol for policy packs with the messages of Pulumi's own SDK. Pulumi's
package for authors of packs, `pulumi-policy`, hands a pack neither the configuration of the stack,
where the waivers are, nor lets it say of one finding of a rule that it only advises; and it wants a
release of protobuf that other packages here are past.
https://github.com/pulumi/pulumi/blob/v3.259.0/proto/pulumi/analyzer.proto
"""
